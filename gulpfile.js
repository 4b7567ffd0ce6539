/** Builds dist/: clean, compile, bundle the four libraries into the files that use them, copy icons and codex, write n8n's metadata. */
const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const dist = path.join(__dirname, 'dist');

/** Each library has one door; bundling the door puts one copy into the package and nothing into `dependencies`. */
const doors = ['values/phone', 'values/segments', 'wire/schema', 'wire/xml'];

/** The engine's own files stay apart, since some hold state that must exist once; only libraries come in. */
const keepEngineFiles = {
	name: 'keep-engine-files',
	setup: ({ onResolve }) => {
		onResolve({ filter: /^\.\.?\// }, ({ path: wanted, importer }) => (importer.startsWith(path.join(dist, 'engine')) ? { path: wanted, external: true } : undefined));
	},
};

const run = (script, args = []) =>
	new Promise((resolve, reject) => {
		spawn(process.execPath, [require.resolve(script), ...args], { cwd: __dirname, stdio: 'inherit' }).on('close', (code) =>
			code === 0 ? resolve() : reject(new Error(`${path.basename(script)} ended with ${code}`)),
		);
	});

const clean = async () => await rm(dist, { recursive: true, force: true });

const compile = async () => await run('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);

const bundle = async () => {
	await esbuild.build({
		entryPoints: doors.map((door) => path.join(dist, 'engine', `${door}.js`)),
		outdir: path.join(dist, 'engine'),
		outbase: path.join(dist, 'engine'),
		allowOverwrite: true,
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		minify: true,
		keepNames: true,
		legalComments: 'inline',
		// A library's warnings would reach the log of an n8n that nobody watches; n8n's scanner refuses them.
		drop: ['console'],
		external: ['n8n-workflow'],
		plugins: [keepEngineFiles],
	});
};

const assets = () => src(['nodes/**/*.{svg,json}'], { encoding: false }).pipe(dest('dist/nodes'));

/** With this n8n lists the nodes without loading their code. */
const metadata = async () => await run('n8n-core/bin/generate-metadata');

exports.clean = clean;
exports.build = series(clean, compile, parallel(bundle, assets), metadata);
exports.default = exports.build;
