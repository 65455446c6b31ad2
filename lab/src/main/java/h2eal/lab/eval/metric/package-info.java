/// The official metrics of LongBench (arXiv 2308.14508) and RULER (arXiv 2404.06654), from 0 to 1, as their published
/// scripts compute them. Texts in, numbers out.
package h2eal.lab.eval.metric;
