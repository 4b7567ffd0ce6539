/** Tests inside a real n8n: two files at a time, each with an n8n of its own, since most of them wait. */
module.exports = {
	testEnvironment: 'node',
	rootDir: __dirname,
	roots: ['<rootDir>'],
	testMatch: ['**/*.test.ts'],
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
	maxWorkers: 2,
	testTimeout: 180_000,
	globalSetup: '<rootDir>/globalSetup.ts',
	globalTeardown: '<rootDir>/globalTeardown.ts',
	reporters: ['default', '<rootDir>/../test/closingLine.js'],
};
