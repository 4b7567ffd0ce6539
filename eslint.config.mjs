import tseslint from 'typescript-eslint';

export default tseslint.config(
	{ ignores: ['dist/**', 'node_modules/**', '.sandbox/**', 'coverage/**'] },
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.strictTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			// Numbers in texts are meant to be there.
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			// An operation's functions are called through the object that they stand in, and never use `this`.
			'@typescript-eslint/unbound-method': 'off',
			// An operation without fields has the empty object as its fields.
			'@typescript-eslint/no-empty-object-type': 'off',
			// "return refuse(...)" reads as what it does.
			'@typescript-eslint/no-confusing-void-expression': 'off',
			// n8n's interfaces want promises, also from what needs no waiting.
			'@typescript-eslint/require-await': 'off',
			// Marks of the ledger come and go by key, in an object because n8n saves it as JSON.
			'@typescript-eslint/no-dynamic-delete': 'off',
			// A failure is an Error with a cause of its own, made by a function.
			'@typescript-eslint/only-throw-error': 'off',
		},
	},
	{
		files: ['test/**/*.ts', 'e2e/**/*.test.ts'],
		rules: {
			// Jest's asymmetric matchers are typed as any.
			'@typescript-eslint/no-unsafe-assignment': 'off',
			// Output items hold whatever came out; a test shows it as text.
			'@typescript-eslint/no-base-to-string': 'off',
			// Stand-ins for n8n's services have only the parts that are used.
			'@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
		},
	},
);
