import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod/v3';

import { changelogOf, readmeOf } from './pages';
import { singlePackages, wholePackage, type SinglePackage } from './singles';
import { packageFolder, packPackage } from '../real-n8n/install';
import { runCommand, runNpm } from '../real-n8n/npm';

const manifestSchema = z
	.object({
		name: z.string(),
		version: z.string(),
		keywords: z.array(z.string()),
		n8n: z.object({ nodes: z.array(z.string()), credentials: z.array(z.string()) }).passthrough(),
	})
	.passthrough();

/** Fields of package.json that mean the same in every package. */
const sharedFields = ['version', 'license', 'author', 'homepage', 'repository', 'bugs', 'main', 'files', 'engines', 'peerDependencies'];

/** The package.json of a single package, from that of the whole one. */
export function manifestOf(whole: unknown, single: SinglePackage): Record<string, unknown> {
	const parsed = manifestSchema.parse(whole);
	const taken = Object.fromEntries(sharedFields.flatMap((field) => (parsed[field] === undefined ? [] : [[field, parsed[field]]])));
	return {
		name: single.name,
		version: parsed.version,
		description: single.description,
		...taken,
		keywords: ['n8n-community-node-package', 'n8n', ...single.keywords],
		n8n: {
			...parsed.n8n,
			credentials: parsed.n8n.credentials.filter((path) => path === credentialOf(single)),
			nodes: parsed.n8n.nodes.filter((path) => path.startsWith(`dist/nodes/${single.folder}/`)),
		},
	};
}

const credentialOf = ({ folder }: SinglePackage) => `dist/credentials/${folder}Api.credentials.js`;

/**
 * Lays out a single package from the whole one as it is published, so that both hold the same files, byte for byte, but for the name.
 * @param whole folder of the whole package, unpacked
 * @param target is emptied first; n8n's lists in dist/ are still missing, see `writeLists`
 */
export function assemble(whole: string, single: SinglePackage, target: string): void {
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	const manifest = manifestOf(JSON.parse(readFileSync(join(whole, 'package.json'), 'utf8')), single);
	writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
	for (const path of ['LICENSE', 'THIRD-PARTY-NOTICES', 'dist/index.js', 'dist/engine', `dist/nodes/${single.folder}`, credentialOf(single)]) {
		cpSync(join(whole, path), join(target, path), { recursive: true });
	}
	// The codex names the node by its package; n8n finds it by that name.
	const nodes = join(target, 'dist', 'nodes', single.folder);
	for (const file of readdirSync(nodes).filter((each) => each.endsWith('.node.json'))) {
		const codex = readFileSync(join(nodes, file), 'utf8');
		writeFileSync(join(nodes, file), codex.replaceAll(`"${wholePackage}.`, `"${single.name}.`));
	}
	writeFileSync(join(target, 'README.md'), readmeOf(single));
	writeFileSync(join(target, 'CHANGELOG.md'), changelogOf(single));
}

/** With these lists n8n shows the nodes without loading their code. The package has to lie below a folder with n8n-workflow. */
async function writeLists(folder: string): Promise<void> {
	await runCommand(process.execPath, [require.resolve('n8n-core/bin/generate-metadata')], { cwd: folder });
}

/**
 * Packs a package per provider from the packed whole.
 * @param tarball of the whole package
 * @param destination folder for the tarballs
 * @returns their paths, in the order of `singlePackages`
 */
export async function packSingles(tarball: string, destination: string): Promise<string[]> {
	const stage = join(packageFolder, '.sandbox', 'packages');
	const whole = mkdtempSync(join(tmpdir(), 'sms-hub-whole-'));
	try {
		await runCommand('tar', ['-xzf', tarball, '-C', whole, '--strip-components=1'], { cwd: whole });
		const packed: string[] = [];
		for (const single of singlePackages) {
			const folder = join(stage, single.name);
			assemble(whole, single, folder);
			await writeLists(folder);
			await runNpm(['pack', '--silent', '--pack-destination', destination], folder);
			packed.push(join(destination, tarballName(single, folder)));
		}
		return packed;
	} finally {
		rmSync(whole, { recursive: true, force: true });
	}
}

function tarballName({ name }: SinglePackage, folder: string): string {
	const { version } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
	return `${name}-${version}.tgz`;
}

/** Builds, and packs the whole package and all single ones into a folder. @returns the tarballs, the whole one first */
export async function packAll(destination: string): Promise<string[]> {
	const built = await packPackage();
	const whole = join(destination, basename(built));
	// Out of the temporary folder of the build, which may lie on another disk.
	copyFileSync(built, whole);
	rmSync(dirname(built), { recursive: true, force: true });
	return [whole, ...(await packSingles(whole, destination))];
}

/** The tarballs of all single packages beside that of the whole; those that are not there yet are packed. */
export async function singlesBeside(tarball: string, folder: string): Promise<string[]> {
	const there = readdirSync(folder);
	const found = singlePackages.map(({ name }) => there.find((file) => file.startsWith(`${name}-`) && file.endsWith('.tgz')));
	const paths = found.flatMap((file) => (file !== undefined && existsSync(join(folder, file)) ? [join(folder, file)] : []));
	return paths.length === singlePackages.length ? paths : await packSingles(tarball, folder);
}
