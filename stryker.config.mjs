/**
 * `npm run mutate [-- engine/run]`: changes the engine in small ways, and tells which changes no test notices. Takes from seconds
 * (a file) to about an hour (all); what did not change since the last run is not tried again (--force tries all).
 */
export default {
	testRunner: 'inOneProcess',
	plugins: ['./test/mutationRunner.mjs'],
	mutate: ['engine/**/*.ts'],
	coverageAnalysis: 'perTest',
	// What runs once at loading (labels, tables of facts) would need all tests for each change.
	ignoreStatic: true,
	// What is not in a sample has no result to keep.
	incremental: process.env['MUTATION_SAMPLE'] === undefined,
	incrementalFile: '.stryker/incremental.json',
	// One for each run, since a run that was stopped still tidies up.
	tempDirName: `.stryker/work-${process.pid}`,
	// Neither is needed by a test, and both are large.
	ignorePatterns: ['.stryker', 'dist', '.sandbox', 'real-n8n/*/package-lock.json'],
	reporters: ['clear-text', 'progress', 'html', 'json'],
	htmlReporter: { fileName: '.stryker/report.html' },
	jsonReporter: { fileName: '.stryker/report.json' },
	clearTextReporter: { allowColor: false, logTests: false },
	concurrency: 1,
	// An endless loop is noticed by its time; the machine may be busy with something else.
	timeoutMS: 20_000,
	thresholds: { high: 90, low: 75, break: null },
};
