/** Ends a run with one plain line, "Tests: N passed, N failed, N skipped", for whoever reads only the last line. */
module.exports = class ClosingLine {
	onRunComplete(_contexts, results) {
		const skipped = results.numPendingTests + results.numTodoTests;
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		process.stdout.write(`\nTests: ${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
	}
};
