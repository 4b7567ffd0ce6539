import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** The house: what must not be imported from where, and why. The patterns are of paths as they stand in imports. */
const providers = readdirSync(new URL('nodes', import.meta.url), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);
/** A path that leads out of its folder, into one of these of the repository. */
const into = (...folders) => `^(\\.\\./)+(.*/)?(${folders.join('|')})(/|$)`;
const unpublished = ['sandbox', 'real-n8n', 'e2e', 'bench', 'start', 'scan', 'packages', 'pictures', 'test'];
const alone = 'The engine knows no provider, and nothing that is not published.';
const publishedOnly = 'What is published imports nothing that is not.';
const outside = [into('nodes', 'credentials', ...unpublished), alone];
/** The engine's rooms in the order of the way of a message; each imports from those after it only. */
const rooms = ['triggers', 'answers', 'calls', 'run', 'asking', 'delivery', 'editor', 'inputs', 'values', 'output', 'wire'];
const directions = [
	{
		files: ['engine/*.ts'],
		banned: [outside, ['^\\./(triggers|answers|calls|run|asking|delivery|editor|output)/', 'What all rooms import knows of inputs, values and wire only, and of these only types.']],
	},
	...rooms.map((room, index) => ({
		files: [`engine/${room}/**`],
		banned: [outside, ...(index === 0 ? [] : [[into(...rooms.slice(0, index)), `The engine's rooms are ${rooms.join(', ')}; each serves those before it and knows nothing of them.`]])],
	})),
	...providers.map((provider) => ({
		files: [`nodes/${provider}/**`],
		banned: [
			[into(...providers.filter((other) => other !== provider)), 'A provider depends on the engine and on no other provider.'],
			[into('credentials', ...unpublished), publishedOnly],
		],
	})),
	{ files: ['credentials/**'], banned: [[into(...unpublished), publishedOnly]] },
	{ files: ['sandbox/**'], banned: [[into('engine', 'nodes', 'credentials', ...unpublished.filter((folder) => folder !== 'sandbox')), 'The sandbox has to be able to contradict what it tests.']] },
	{ files: ['real-n8n/**'], banned: [[into('engine', 'nodes', 'credentials', ...unpublished.filter((folder) => folder !== 'real-n8n')), 'The real n8n is driven by all the others.']] },
	{ files: ['start/**', 'scan/**', 'packages/**', 'pictures/**', 'bench/**', 'test/**'], banned: [[into('e2e'), 'e2e holds tests.']] },
];

export default tseslint.config(
	{ ignores: ['dist/**', 'node_modules/**', '.sandbox/**', 'packed/**', '.stryker/**', 'coverage/**'] },
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
	{
		files: ['**/*.{ts,js,mjs}'],
		rules: { 'max-len': ['error', { code: 200, tabWidth: 1, ignorePattern: '^\\s*(//|/?\\*).*https?://' }] },
	},
	...directions.map(({ files, banned }) => ({
		files,
		rules: { 'no-restricted-imports': ['error', { patterns: banned.map(([regex, message]) => ({ regex, message })) }] },
	})),
);
