/** Unit, fixture and sandbox tests: everything that needs neither a browser nor a running n8n. */
// `npm test -- schemas -u` writes the output previews anew, as it would snapshots; tests get no other word of it.
if (process.argv.some((argument) => argument === '-u' || argument === '--updateSnapshot')) process.env.WRITE_SCHEMAS = '1';

module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
	testTimeout: 20_000,
	// A socket that a broken test left open must not keep a run from ending.
	forceExit: true,
	reporters: ['default', '<rootDir>/test/closingLine.js'],
};
