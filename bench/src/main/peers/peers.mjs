// Runs H2EAL, llama.cpp and Jlama in turn and prints ratios; started by bench/peers.
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
        engines: {type: "string", default: "llama.cpp,jlama"},
        threads: {type: "string", default: String(os.availableParallelism())},
        depths: {type: "string", default: "512,4096,32768"},
        rounds: {type: "string", default: "3"},
        steps: {type: "string", default: "8"},
        prompt: {type: "string", default: "64"},
        attention: {type: "string", default: "h2eal"},
        weights: {type: "string", default: "Q8_0"},
        kv: {type: "string", default: "f16"},
        native: {type: "boolean", default: false},
        json: {type: "string"},
    },
});
if (positionals.length !== 1) {
    console.error("usage: bench/peers MODEL.gguf|SHAPE [--engines llama.cpp,jlama] [--threads N] [--depths 512,4096]"
        + " [--rounds N] [--steps N] [--prompt N] [--attention NAME] [--weights TYPE] [--kv f16|q8|q4]"
        + " [--native] [--json FILE]");
    process.exit(2);
}
if (!["f16", "q8", "q4"].includes(flags.kv)) {
    console.error(`bench/peers: --kv must be f16, q8 or q4: ${flags.kv}`);
    process.exit(2);
}
const engines = flags.engines.split(",").filter(name => name !== "");
const depths = flags.depths.split(",").map(Number);
const run = (command, args) => execFileSync(command, args, {encoding: "utf8", stdio: ["ignore", "pipe", "inherit"]});
const lines = text => text.trim().split("\n").map(line => JSON.parse(line));
const h2eal = args => run(path.join(home, "h2eal"), ["bench", "--threads", flags.threads,
    ...(flags.native ? ["--native"] : []), ...args]);
const model = fileOf(positionals[0]);

// A file as it is; of a shape, random weights that are written once.
function fileOf(name) {
    if (name.endsWith(".gguf")) return name;
    const file = path.join(work, `${path.basename(name, ".yaml")}-${flags.weights}.gguf`);
    if (!fs.existsSync(file)) {
        h2eal(["--model", name, "--weights", flags.weights, "--save-model", file, "--depths", "64", "--steps", "1"]);
    }
    return file;
}

function ours() {
    const file = path.join(work, "h2eal.json");
    h2eal(["--model", model, "--depths", flags.depths, "--steps", flags.steps, "--prompt", flags.prompt,
        "--attention", flags.attention, "--kv", flags.kv, "--json", file]);
    return JSON.parse(fs.readFileSync(file, "utf8"));
}

const llama = flash => lines(run(process.execPath, [path.join(import.meta.dirname, "llama-cpp.mjs"), work, model,
    flags.threads, flags.depths, flags.steps, flags.prompt, flash, flags.kv, path.join(work, "state.bin")]));

// Jlama computes some tokens a second at greater depths, and keeps 64 KiB for each token of a 1B model.
const JLAMA_DEEPEST = 32768;
const JLAMA_PROMPT = 32;

function jlama() {
    const classes = ["runtime", "core"].map(module => path.join(home, module, "target/classes"));
    return lines(run(java(), [
        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-Xmx8g", "-XX:MaxDirectMemorySize=16g",
        "-cp", [path.join(work, "jlama/lib/*"), ...classes].join(path.delimiter),
        path.join(import.meta.dirname, "jlama/JlamaSpeed.java"), model, flags.threads,
        depths.filter(depth => depth <= JLAMA_DEEPEST).join(), flags.steps,
        String(Math.min(JLAMA_PROMPT, +flags.prompt)), path.join(work, "jlama/model")]));
}

function java() {
    const folder = "/usr/lib/jvm";
    const installed = fs.existsSync(folder) ? fs.readdirSync(folder).map(name => path.join(folder, name)) : [];
    const found = [process.env.H2EAL_JAVA_HOME, process.env.JAVA_HOME, ...installed].find(jdk => {
        const release = jdk && path.join(jdk, "release");
        return release && fs.existsSync(release) && /JAVA_VERSION="(2[5-9]|[3-9]\d)/.test(fs.readFileSync(release, "utf8"));
    });
    if (!found) {
        console.error("bench/peers: set H2EAL_JAVA_HOME to the folder of a JDK 25 or newer.");
        process.exit(1);
    }
    return path.join(found, "bin/java");
}

// the settings of each engine; its best one counts. llama.cpp keeps values of 8 or 4 bits with flash attention only
const settings = {
    "llama.cpp": flags.kv !== "f16" ? {on: () => llama("1")} : {off: () => llama("0"), on: () => llama("1")},
    jlama: {Q4: jlama},
};
const unknown = engines.filter(name => !settings[name]);
if (unknown.length > 0) {
    console.error(`bench/peers: unknown engine ${unknown[0]}; known are ${Object.keys(settings).join(", ")}`);
    process.exit(2);
}
const seen = {ours: [], peers: Object.fromEntries(engines.map(name => [name, {}]))};
const load = [];
for (let round = 0; round < +flags.rounds; round++) {
    seen.ours.push(ours());
    for (const name of engines) {
        for (const [setting, measure] of Object.entries(settings[name])) {
            (seen.peers[name][setting] ??= []).push(measure());
        }
    }
    load.push(os.loadavg()[0].toFixed(1));
}

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
// With one thread the processor time says what a quiet machine would take; with more, waiting for each other counts.
const time = t => flags.threads === "1" ? t.cpu : t.median;
const rate = prompt => prompt.tokens * 1e3 / time(prompt);
const prompt = p => ({...p.milliseconds, tokens: p.promptTokens});
const decode = row => time(row);
// of a peer, over its settings and rounds
const best = (name, choose, i, value) => Math[choose](...Object.values(seen.peers[name]).map(
    rounds => median(rounds.map(rows => rows[i]).filter(row => row).map(value))).filter(number => number !== undefined));
const oursOf = value => median(seen.ours.map(value));
const peer = (name, i) => {
    const decodeMs = best(name, "min", i, decode);
    const prefillPerSecond = best(name, "max", i, row => rate(row.prefill));
    return Number.isFinite(decodeMs) ? {decodeMs, prefillPerSecond} : null;
};
const table = depths.map((depth, i) => ({
    depth,
    denseMs: oursOf(r => time(r.rows[i].dense)),
    hybridMs: oursOf(r => time(r.rows[i].hybrid)),
    densePrefillPerSecond: oursOf(r => rate(prompt(r.rows[i].densePrefill))),
    hybridPrefillPerSecond: oursOf(r => rate(prompt(r.rows[i].hybridPrefill))),
    peers: Object.fromEntries(engines.map(name => [name, peer(name, i)])),
}));
const fromEmpty = {
    ours: oursOf(r => rate(prompt(r.prefill))),
    ...Object.fromEntries(engines.map(name => [name, Math.max(...Object.values(seen.peers[name])
        .map(rounds => median(rounds.flatMap(rows => rows[0].prefillFromEmpty.map(rate)))))])),
};

const show = cells => console.log(cells.map((cell, i) => String(cell).padStart(i ? 17 : 9)).join(""));
const fixed = (number, digits) => number.toFixed(digits);
console.log(`${path.basename(model)}, KV cache of ${flags.kv}, ${flags.threads} threads, medians of ${flags.rounds} rounds in turn, `
    + `${flags.threads === "1" ? "processor" : "wall"} time, load ${load.join(" ")}`);
console.log("milliseconds per token, tokens of a prompt at that depth per second");
show(["context", "dense ms", "hybrid ms", "dense prompt", "hybrid prompt"]);
for (const r of table) {
    show([r.depth, fixed(r.denseMs, 1), fixed(r.hybridMs, 1), fixed(r.densePrefillPerSecond, 1),
        fixed(r.hybridPrefillPerSecond, 1)]);
}
for (const name of engines) {
    console.log(name === "jlama"
        ? `\nover jlama, whose weights are 4 bits (it has no kernel for 8), prompts of at most ${JLAMA_PROMPT}:`
        : `\nover ${name}, flash attention ${Object.keys(settings[name]).join(" or ")}, its better setting:`);
    show(["context", `its ms`, "dense x", "hybrid x", "its prompt", "dense prompt x", "hybrid prompt x"]);
    for (const r of table) {
        const p = r.peers[name];
        show(p ? [r.depth, fixed(p.decodeMs, 1), fixed(p.decodeMs / r.denseMs, 2), fixed(p.decodeMs / r.hybridMs, 2),
            fixed(p.prefillPerSecond, 1), fixed(r.densePrefillPerSecond / p.prefillPerSecond, 2),
            fixed(r.hybridPrefillPerSecond / p.prefillPerSecond, 2)] : [r.depth, "not measured"]);
    }
    console.log(`prompt of 512 from empty: ${fixed(fromEmpty[name], 1)}/s, H2EAL ${fixed(fromEmpty.ours, 1)}/s, `
        + `x ${fixed(fromEmpty.ours / fromEmpty[name], 2)}`);
}
if (flags.json) fs.writeFileSync(flags.json, JSON.stringify({flags, load, table, fromEmpty, seen}, null, 1));
