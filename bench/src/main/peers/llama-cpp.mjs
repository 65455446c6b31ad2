// Times llama.cpp on one GGUF file; prints one JSON line per depth.
// usage: node llama-cpp.mjs PACKAGES MODEL THREADS DEPTHS STEPS PROMPT FLASH(0|1) KV(f16|q8|q4) STATE_FILE
//
// A context of any depth is made from a short one by repeating its keys and values in a saved state: real prefill to 32K
// takes many minutes, and what the numbers are does not change how long they take to read.
import fs from "node:fs";
import path from "node:path";
import {pathToFileURL} from "node:url";

const kvTypes = {f16: "F16", q8: "Q8_0", q4: "Q4_0"};
const [packages, model, threads, depthList, stepCount, promptTokens, flash, kv, stateFile] = process.argv.slice(2);
const {getLlama, LlamaLogLevel} = await import(
    pathToFileURL(path.join(packages, "node_modules/node-llama-cpp/dist/index.js")).href);
const depths = depthList.split(",").map(Number);
const steps = +stepCount;
const prompt = +promptTokens;
const SEED = 64;
const WARM_UP = 2;
const FIRST_PROMPT = 512;

const llama = await getLlama({gpu: false, build: "never", maxThreads: +threads, logLevel: LlamaLogLevel.error});
const loaded = await llama.loadModel({modelPath: model, useMmap: true});
const context = await loaded.createContext({
    contextSize: Math.max(...depths, FIRST_PROMPT) + prompt + steps + SEED,
    batchSize: 512,
    threads: +threads,
    flashAttention: flash === "1",
    experimentalKvCacheKeyType: kvTypes[kv],
    experimentalKvCacheValueType: kvTypes[kv],
});
const sequence = context.getSequence();
const tokens = n => Array.from({length: n}, (_, i) => 65 + (i * 7) % 26);

function clock() {
    const cpu = process.cpuUsage();
    const start = performance.now();
    return () => {
        const used = process.cpuUsage(cpu);
        return {wall: performance.now() - start, cpu: (used.user + used.system) / 1e3};
    };
}

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

async function prefill(n) {
    const stop = clock();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens(n));
    const time = stop();
    return {median: time.wall, cpu: time.cpu, tokens: n};
}

// llama.cpp's sequence state, version 3: magic, version, tokens; then streams, cells of (position, count, sequence), and
// per layer keys as rows and values as rows, or as columns without flash attention.
function grow(source, target, cells) {
    const short = fs.readFileSync(source);
    let at = 0;
    const u32 = () => short.readUInt32LE((at += 4) - 4);
    const u64 = () => Number(short.readBigUInt64LE((at += 8) - 8));
    const out = fs.openSync(target, "w");
    const put = (...numbers) => {
        const bytes = Buffer.alloc(4 * numbers.length);
        numbers.forEach((number, i) => bytes.writeUInt32LE(number, 4 * i));
        fs.writeSync(out, bytes);
    };
    const repeated = bytes => {
        const whole = Buffer.alloc(bytes.length / have * cells);
        for (let filled = 0; filled < whole.length; filled += bytes.length) bytes.copy(whole, filled);
        fs.writeSync(out, whole);
    };
    const take = n => short.subarray(at, at += n);
    put(u32(), u32(), cells);
    const have = u32();
    at += 4 * have;
    // too many to be arguments of a call
    fs.writeSync(out, Buffer.from(Uint32Array.from(tokens(cells)).buffer));
    if (u32() !== 1 || u32() !== have) throw new Error("unknown state layout of llama.cpp");
    at += 12 * have;
    const places = Buffer.alloc(12 * cells);
    for (let cell = 0; cell < cells; cell++) {
        places.writeUInt32LE(cell, 12 * cell);
        places.writeUInt32LE(1, 12 * cell + 4);
    }
    put(1, cells);
    fs.writeSync(out, places);
    const columns = u32();
    const layers = u32();
    put(columns, layers);
    for (let layer = 0; layer < layers; layer++) {
        const type = u32();
        const bytes = u64();
        put(type, bytes, 0);
        repeated(take(bytes * have));
    }
    for (let layer = 0; layer < layers; layer++) {
        const type = u32();
        if (columns) {
            const bytes = u32();
            const width = u32();
            put(type, bytes, width);
            for (let i = 0; i < width; i++) repeated(take(bytes * have));
        } else {
            const bytes = u64();
            put(type, bytes, 0);
            repeated(take(bytes * have));
        }
    }
    if (at !== short.length) throw new Error("unknown state layout of llama.cpp");
    fs.closeSync(out);
}

await prefill(FIRST_PROMPT);
await sequence.clearHistory();
const fromEmpty = [];
for (let i = 0; i < 3; i++) {
    fromEmpty.push(await prefill(FIRST_PROMPT));
    await sequence.clearHistory();
}
await prefill(SEED);
await sequence.saveStateToFile(stateFile);
for (const depth of depths) {
    const grown = `${stateFile}.grown`;
    grow(stateFile, grown, depth - prompt);
    await sequence.loadStateFromFile(grown, {acceptRisk: true});
    fs.unlinkSync(grown);
    const prefillAtDepth = await prefill(prompt);
    const wall = [];
    const cpu = [];
    let stop = clock();
    let i = 0;
    for await (const _ of sequence.evaluate([70], {temperature: 0, yieldEogToken: true})) {
        const time = stop();
        if (i++ >= WARM_UP) {
            wall.push(time.wall);
            cpu.push(time.cpu);
        }
        if (wall.length === steps) break;
        stop = clock();
    }
    console.log(JSON.stringify({
        depth, median: median(wall), least: Math.min(...wall), cpu: median(cpu),
        prefill: prefillAtDepth, prefillFromEmpty: fromEmpty,
        residentBytes: process.memoryUsage().rss,
    }));
}
fs.unlinkSync(stateFile);
process.exit(0);
