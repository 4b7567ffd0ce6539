/** Tests inside a real n8n: one n8n and one sandbox for all of them, one file at a time. */
module.exports = {
	testEnvironment: 'node',
	rootDir: __dirname,
	roots: ['<rootDir>'],
	testMatch: ['**/*.test.ts'],
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
	maxWorkers: 1,
	testTimeout: 180_000,
	globalSetup: '<rootDir>/globalSetup.ts',
	globalTeardown: '<rootDir>/globalTeardown.ts',
	reporters: ['default', '<rootDir>/../test/closingLine.js'],
};
