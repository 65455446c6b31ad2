// Runs H2EAL and llama.cpp in turn and prints ratios; started by bench/peers.
import {execFileSync} from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {parseArgs} from "node:util";

const [work, home, ...rest] = process.argv.slice(2);
const {values: flags, positionals} = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
        threads: {type: "string", default: String(os.availableParallelism())},
        depths: {type: "string", default: "512,4096,32768"},
        rounds: {type: "string", default: "3"},
        steps: {type: "string", default: "8"},
        prompt: {type: "string", default: "64"},
        attention: {type: "string", default: "h2eal"},
        json: {type: "string"},
    },
});
const model = positionals[0];
if (!model || !fs.existsSync(model)) {
    console.error("usage: bench/peers MODEL.gguf [--threads N] [--depths 512,4096] [--rounds N] [--steps N]"
        + " [--prompt N] [--attention NAME] [--json FILE]");
    process.exit(2);
}
const run = (command, args) => execFileSync(command, args, {encoding: "utf8", stdio: ["ignore", "pipe", "inherit"]});
const llama = (flash) => run(process.execPath, [
    path.join(import.meta.dirname, "llama-cpp.mjs"), work, model, flags.threads, flags.depths, flags.steps, flags.prompt,
    flash, path.join(work, "state.bin")]).trim().split("\n").map(line => JSON.parse(line));
const ours = () => {
    const file = path.join(work, "h2eal.json");
    run(path.join(home, "h2eal"), ["bench", "--model", model, "--threads", flags.threads, "--depths", flags.depths,
        "--steps", flags.steps, "--prompt", flags.prompt, "--attention", flags.attention, "--json", file]);
    return JSON.parse(fs.readFileSync(file, "utf8"));
};

const seen = {off: [], on: [], ours: []};
const load = [];
for (let round = 0; round < +flags.rounds; round++) {
    seen.ours.push(ours());
    seen.off.push(llama("0"));
    seen.on.push(llama("1"));
    load.push(os.loadavg()[0].toFixed(1));
}
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
// With one thread the processor time says what a quiet machine would take; with more, waiting for each other counts.
const time = t => flags.threads === "1" ? t.cpu : t.median;
const rate = prompt => prompt.tokens * 1e3 / time(prompt);
const prompt = p => ({...p.milliseconds, tokens: p.promptTokens});
const depths = flags.depths.split(",").map(Number);
const table = depths.map((depth, i) => {
    const best = Math.min(...["off", "on"].map(k => median(seen[k].map(r => time(r[i])))));
    const dense = median(seen.ours.map(r => time(r.rows[i].dense)));
    const hybrid = median(seen.ours.map(r => time(r.rows[i].hybrid)));
    const prefill = Math.max(...["off", "on"].map(k => median(seen[k].map(r => rate(r[i].prefill)))));
    return {
        depth,
        llamaMs: best,
        denseMs: dense,
        hybridMs: hybrid,
        denseRatio: best / dense,
        hybridRatio: best / hybrid,
        llamaPrefill: prefill,
        densePrefillRatio: median(seen.ours.map(r => rate(prompt(r.rows[i].densePrefill)))) / prefill,
        hybridPrefillRatio: median(seen.ours.map(r => rate(prompt(r.rows[i].hybridPrefill)))) / prefill,
    };
});
const fromEmpty = Math.max(...["off", "on"].map(k => median(seen[k].flatMap(r => r[0].prefillFromEmpty.map(rate)))));
const oursFromEmpty = median(seen.ours.map(r => rate(prompt(r.prefill))));
const show = (...cells) => console.log(cells.map((cell, i) => String(cell).padStart(i ? 14 : 7)).join(""));
console.log(`${path.basename(model)}, ${flags.threads} threads, medians of ${flags.rounds} rounds in turn, `
    + `${flags.threads === "1" ? "processor" : "wall"} time, load ${load.join(" ")}`);
show("context", "llama.cpp ms", "dense ms", "hybrid ms", "dense x", "hybrid x", "dense prefill", "hybrid prefill");
for (const r of table) {
    show(r.depth, r.llamaMs.toFixed(1), r.denseMs.toFixed(1), r.hybridMs.toFixed(1), r.denseRatio.toFixed(2),
        r.hybridRatio.toFixed(2), r.densePrefillRatio.toFixed(2), r.hybridPrefillRatio.toFixed(2));
}
console.log(`prefill of 512 from empty: llama.cpp ${fromEmpty.toFixed(1)}/s, H2EAL ${oursFromEmpty.toFixed(1)}/s, `
    + `x ${(oursFromEmpty / fromEmpty).toFixed(2)}`);
if (flags.json) fs.writeFileSync(flags.json, JSON.stringify({flags, load, table, fromEmpty, oursFromEmpty, seen}, null, 1));
