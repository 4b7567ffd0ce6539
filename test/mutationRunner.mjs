/**
 * Runs tests for Stryker in one process that stays loaded, so that a mutant costs its tests and nothing else. Jest
 * loads n8n and the package anew for every file of every mutant, which takes a hundred times as long.
 *
 * First the engine's own tests have to notice. What they do not notice is held against the providers' fixtures, or so many of
 * them, spread over all that run the changed place.
 *
 * The tests are declared by Jest's own functions (jest-circus, expect), and transformed as jest.config.js says. What Jest does
 * beyond that and no test of the engine asks for (mocks of modules, snapshots) is not here.
 *
 * A test that fails under a mutant is run once more without it. When it fails then too, the mutant has broken more than itself:
 * it is tried again in a new process.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';

import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';

const engineTests = 'test/engine';
const fixtures = 'test/operations.test.ts';
const mostFixtures = 40;
/** A test that takes longer than this, in ms, and ten times as long as without a mutant, will not end. */
const longestTest = 2_000;
/** The same without a mutant, which nobody waits for in vain. */
const longestFirst = 120_000;
/** Where a process that takes over finds how long they take. */
const timesFile = 'mutation-times.json';
const { setTimeout: wait, clearTimeout: stopWaiting } = globalThis;
const time = performance.now.bind(performance);

/** What the instrumented code looks at. */
const stryker = (globalThis.__stryker__ ??= {});

class InOneProcess {
	/** The files of all tests by their IDs. */
	tests = new Map();
	files = [];
	/** The usual time of each test, in ms. */
	times = new Map();
	isBroken = false;
	/** The IDs of tests that load modules anew. */
	reloading = new Set();
	/** Fails the test that runs now. */
	thrown;

	capabilities() {
		// Nothing that one mutant has loaded is there for the next: all is loaded before it is switched on.
		return { reloadEnvironment: true };
	}

	async init() {
		// The instrumented code keeps this object from its first line on.
		stryker.mutantCoverage = { static: {}, perTest: {} };
		// What nobody catches fails the test that runs then, as in Jest, and may reach the next ones.
		process.on('uncaughtException', (thrown) => {
			this.isBroken = true;
			this.thrown?.(thrown);
		});
		this.load(process.cwd());
		if (existsSync(timesFile)) this.times = new Map(JSON.parse(readFileSync(timesFile, 'utf8')));
		// What tests share is loaded by the first of them, and must not be loaded under a mutant.
		for (const file of this.files) await this.run(file, new Set([file.ids[0]]), async () => true);
		stryker.mutantCoverage.perTest = {};
	}

	/** Declares all tests. */
	load(root) {
		const manifest = join(root, 'package.json');
		const require = createRequire(manifest);
		const { transformSync } = require('@swc/core');
		const { transform } = require(join(root, 'jest.config.js'));
		const [[, [, swc]]] = Object.entries(transform);
		/** Tests that restart n8n's process load it all again. */
		const transformed = new Map();
		const others = { ...require.extensions };
		for (const name of Object.keys(others)) delete require.extensions[name];
		// First, as in Jest: beside "X.node.ts" there is an "X.node.json".
		require.extensions['.ts'] = (module, filename) => {
			const code = transformed.get(filename) ?? transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: false, module: { type: 'commonjs' }, ...swc }).code;
			transformed.set(filename, code);
			module._compile(code, filename);
		};
		Object.assign(require.extensions, others);
		const { resetState, getState, describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = require('jest-circus');
		const { fn } = require('jest-mock');
		const { ModernFakeTimers } = require('@jest/fake-timers');
		const timers = new ModernFakeTimers({ config: { fakeTimers: {}, rootDir: root, testMatch: [] }, global: globalThis });
		this.useRealTimers = () => timers.useRealTimers();
		const resetModules = () => {
			if (stryker.currentTestId !== undefined) this.reloading.add(stryker.currentTestId);
			const own = (path) => path.startsWith(root + sep) && !path.includes(`${sep}node_modules${sep}`);
			for (const path of Object.keys(require.cache)) if (own(path)) delete require.cache[path];
		};
		Object.assign(globalThis, { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect: require('expect').expect, jest: {
			fn,
			resetModules,
			useFakeTimers: (settings) => timers.useFakeTimers(settings),
			useRealTimers: this.useRealTimers,
			advanceTimersByTimeAsync: async (ms) => await timers.advanceTimersByTimeAsync(ms),
		} });
		const own = readdirSync(resolve(root, engineTests), { recursive: true }).filter((name) => name.endsWith('.test.ts')).map((name) => resolve(root, engineTests, name));
		const declare = (path) => {
			resetState();
			// Of its own, since one that stays would keep all modules that were ever loaded.
			createRequire(manifest)(path);
			const file = { name: relative(root, path), root: getState().rootDescribeBlock, ids: [] };
			this.identify(file, file.root, []);
			return file;
		};
		for (const path of [...own.sort(), resolve(root, fixtures)]) {
			const file = declare(path);
			for (const id of file.ids) this.tests.set(id, file);
			if (file.ids.length > 0) this.files.push(file);
		}
		this.anew = ({ name }) => {
			resetModules();
			return declare(resolve(root, name));
		};
	}

	identify(file, block, names) {
		block.ids = [];
		for (const child of block.children) {
			if (child.mode === 'skip' || child.mode === 'todo') continue;
			const path = [...names, child.name];
			if (child.type === 'describeBlock') {
				this.identify(file, child, path);
				block.ids.push(...child.ids);
				continue;
			}
			const name = `${file.name}: ${path.join(' ')}`;
			let id = name;
			for (let same = 2; file.ids.includes(id); same++) id = `${name} (${same})`;
			child.id = id;
			block.ids.push(id);
			file.ids.push(id);
		}
	}

	/**
	 * Runs the wanted tests of a file.
	 * @param told gets ID, failure (`undefined`: none) and time of each; gives whether to go on
	 */
	async run(file, wanted, told) {
		const hooks = (block, type) => block.hooks.filter((hook) => hook.type === type);
		const inBlock = async (block, before, after) => {
			const ids = block.ids.filter((id) => wanted.has(id));
			if (ids.length === 0) return true;
			const eachBefore = [...before, ...hooks(block, 'beforeEach')];
			const eachAfter = [...hooks(block, 'afterEach'), ...after];
			// What a block prepares is covered by each of its tests.
			const prepared = `${file.name} before`;
			stryker.currentTestId = prepared;
			let goesOn = true;
			let unprepared;
			for (const { fn } of hooks(block, 'beforeAll')) unprepared ??= await this.failureOf([fn], longestFirst);
			const coverage = stryker.mutantCoverage.perTest;
			if (coverage[prepared]) for (const id of ids) for (const [mutant, hits] of Object.entries(coverage[prepared])) (coverage[id] ??= {})[mutant] = (coverage[id][mutant] ?? 0) + hits;
			delete coverage[prepared];
			for (const child of block.children) {
				if (!goesOn) break;
				if (child.type === 'describeBlock') goesOn = await inBlock(child, eachBefore, eachAfter);
				else if (child.id !== undefined && wanted.has(child.id)) {
					stryker.currentTestId = child.id;
					const began = time();
					const limit = this.limitOf(child.id);
					const failed = unprepared ?? (await this.failureOf([...eachBefore.map(({ fn }) => fn), child.fn], limit));
					const failedAfter = await this.failureOf(eachAfter.map(({ fn }) => fn), longestFirst);
					// A test that ended early has not set the clock right.
					this.useRealTimers();
					goesOn = await told(child.id, failed ?? failedAfter, time() - began);
				}
			}
			stryker.currentTestId = `${file.name} after`;
			await this.failureOf(hooks(block, 'afterAll').map(({ fn }) => fn), longestFirst);
			stryker.currentTestId = undefined;
			return goesOn;
		};
		return await inBlock(file.root, [], []);
	}

	limitOf(id) {
		const usual = this.times.get(id);
		return usual === undefined ? longestFirst : Math.max(longestTest, 10 * usual);
	}

	async failureOf(functions, limit) {
		if (functions.length === 0) return undefined;
		let timer;
		const late = new Promise((_, reject) => {
			timer = wait(() => reject(Object.assign(new Error(`It did not end within ${limit} ms`), { isLate: true })), limit);
			this.thrown = reject;
		});
		const all = async () => {
			for (const one of functions) await one.call({});
		};
		const work = all();
		work.catch(() => undefined);
		try {
			await Promise.race([work, late]);
			return undefined;
		} catch (thrown) {
			return thrown instanceof Error || typeof thrown === 'object' ? thrown : new Error(String(thrown));
		} finally {
			stopWaiting(timer);
		}
	}

	async dryRun() {
		const tests = [];
		for (const file of this.files) {
			await this.run(file, new Set(file.ids), async (id, failed, timeSpentMs) => {
				this.times.set(id, timeSpentMs);
				const common = { id, name: id, timeSpentMs, fileName: resolve(file.name) };
				tests.push(failed ? { ...common, status: TestStatus.Failed, failureMessage: String(failed.stack ?? failed) } : { ...common, status: TestStatus.Success });
				return true;
			});
		}
		// Who loads a table anew has not looked into it.
		const { perTest, static: atLoading } = stryker.mutantCoverage;
		for (const id of this.reloading) for (const mutant of Object.keys(perTest[id] ?? {})) if (mutant in atLoading) delete perTest[id][mutant];
		writeFileSync(timesFile, JSON.stringify([...this.times]));
		return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
	}

	async mutantRun({ testFilter, activeMutant, hitLimit }) {
		const { fileName, mutatorName, replacement, location } = activeMutant;
		const { line, column } = location.start;
		// This runs in a copy of the package, but the mutant says where it stands in the original.
		const isWanted = isInSample({ fileName: relative(process.cwd(), fileName).replace(/^(\.\.[\\/])+/, ''), mutatorName, replacement, line, column });
		if (!isWanted) return { status: MutantRunStatus.Error, errorMessage: notInSample };
		if (this.isBroken) throw new Error('A mutant before this one broke the process');
		const wanted = new Set(testFilter ?? this.tests.keys());
		let nrOfTests = 0;
		let killer;
		let hits = 0;
		const activate = (id) => {
			hits += stryker.hitCount ?? 0;
			stryker.activeMutant = id;
			stryker.hitCount = id === undefined ? undefined : 0;
			stryker.hitLimit = id === undefined ? undefined : hitLimit;
			// For processes that a test starts.
			if (id === undefined) delete process.env.__STRYKER_ACTIVE_MUTANT__;
			else process.env.__STRYKER_ACTIVE_MUTANT__ = id;
		};
		const isOwn = ({ name }) => name !== fixtures;
		// Executions of fixtures all have one ID, and what was said in one is not said again by the same process.
		const loadedFor = (file) => (isOwn(file) ? file : this.anew(file));
		const sum = (file) => file.ids.reduce((total, id) => total + (wanted.has(id) ? (this.times.get(id) ?? 0) : 0), 0);
		const covering = this.files.filter(({ ids }) => ids.some((id) => wanted.has(id)));
		// What is quick first.
		const files = [...covering.filter(isOwn).sort((a, b) => sum(a) - sum(b)), ...covering.filter((file) => !isOwn(file))];
		for (const file of files) {
			const some = isOwn(file) ? wanted : new Set(spread(file.ids.filter((id) => wanted.has(id)), mostFixtures));
			activate(undefined);
			const loaded = loadedFor(file);
			activate(activeMutant.id);
			const goesOn = await this.run(loaded, some, async (id, failed) => {
				nrOfTests++;
				if (failed) killer = { id, failed, file };
				return failed === undefined;
			});
			if (!goesOn) break;
		}
		activate(undefined);
		const isEndless = hitLimit !== undefined && hits > hitLimit;
		if (killer === undefined) return { status: MutantRunStatus.Survived, nrOfTests };
		if (killer.failed.isLate && (await isBusy())) {
			// It goes on for ever, and takes the next ones' time.
			this.isBroken = true;
			return { status: MutantRunStatus.Timeout, reason: String(killer.failed.message) };
		}
		let again;
		await this.run(loadedFor(killer.file), new Set([killer.id]), async (_, failed) => {
			again = failed;
			return true;
		});
		if (again) {
			this.isBroken = true;
			throw new Error(`"${killer.id}" fails without the mutant, too: ${String(again)}`);
		}
		if (isEndless || killer.failed.isLate) return { status: MutantRunStatus.Timeout, reason: String(killer.failed.message) };
		return { status: MutantRunStatus.Killed, killedBy: [killer.id], failureMessage: String(killer.failed.stack ?? killer.failed.message ?? killer.failed), nrOfTests };
	}
}

/** So many of them, evenly spread. */
function spread(all, most) {
	return all.length <= most ? all : Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]);
}

export const notInSample = 'Not in the sample';

/**
 * Whether a mutant is one of the part that MUTATION_SAMPLE names, in percent: "5", or "60-65" for a part that nobody has looked at. Which part says a hash,
 * so that it is the same in every run. Lines and columns from 0.
 */
export function isInSample({ fileName, mutatorName, replacement, line, column }) {
	const [to = 100, from = 0] = (process.env.MUTATION_SAMPLE ?? '100').split('-').map(Number).reverse();
	const hash = createHash('sha256').update(JSON.stringify([fileName.replaceAll('\\', '/'), mutatorName, replacement, line, column])).digest();
	const place = (hash.readUInt32BE(0) / 2 ** 32) * 100;
	return place >= from && place < to;
}

/** Whether something still runs that nobody waits for. */
async function isBusy() {
	const before = process.cpuUsage();
	await new Promise((resolve) => wait(resolve, 100));
	const { user, system } = process.cpuUsage(before);
	return user + system > 30_000;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'inOneProcess', InOneProcess)];
