/**
 * `npm run mutate [-- engine/run]`: changes the engine in small ways, and tells which changes no test notices. Takes from minutes
 * (a file) to hours (all); what did not change since the last run is not tried again (--force tries all).
 */
export default {
	testRunner: 'jest',
	jest: { configFile: 'jest.config.js' },
	mutate: ['engine/**/*.ts'],
	coverageAnalysis: 'perTest',
	incremental: true,
	incrementalFile: '.stryker/incremental.json',
	tempDirName: '.stryker/work',
	// Neither is needed by a test, and both are large.
	ignorePatterns: ['dist', '.sandbox', 'real-n8n/*/package-lock.json'],
	reporters: ['clear-text', 'progress', 'html'],
	htmlReporter: { fileName: '.stryker/report.html' },
	clearTextReporter: { allowColor: false, logTests: false },
	concurrency: 2,
	timeoutMS: 20_000,
	// Tests type-check nothing, so a change that does not compile would count as unnoticed only where it changes nothing.
	disableTypeChecks: false,
	thresholds: { high: 90, low: 75, break: null },
};
