import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { ESLint } from 'eslint';

import { currentNotices, noticesFile } from './notices';
import { findProblems, readContents } from './tarball';
import { packAll } from '../packages/assemble';
import { packageFolder } from '../real-n8n/install';
import { runCommand } from '../real-n8n/npm';

/**
 * `npm run scan [-- tarballs]`: n8n's official scanner over the sources and over everything that is published, with nothing to complain about,
 * warnings included (n8n itself only fails on errors). Then our own look at each tarball. Exit code 1 when anything is found.
 * Without tarballs all packages are built and packed first.
 */
async function main(): Promise<void> {
	const temporary = mkdtempSync(join(tmpdir(), 'sms-hub-scan-'));
	try {
		const given = process.argv.slice(2);
		const tarballs = given.length > 0 ? given.map((path) => resolve(path)) : await packAll(temporary);
		const scanner = await import('@n8n/scan-community-package/scanner/scanner.mjs');
		const notices = await currentNotices();
		const findings = await scanFolder(scanner, 'sources', packageFolder, scanner.SOURCE_FILE_PATTERNS);
		for (const tarball of tarballs) findings.push(...(await scanTarball(scanner, tarball, temporary, notices)));
		for (const finding of findings) process.stdout.write(`${finding}\n`);
		process.stdout.write(findings.length === 0 ? "n8n's scanner: no errors, no warnings\n" : `${findings.length} finding(s)\n`);
		if (findings.length > 0) process.exitCode = 1;
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

async function scanTarball(scanner: Scanner, tarball: string, temporary: string, notices: string): Promise<string[]> {
	const label = basename(tarball, '.tgz');
	const unpacked = join(temporary, label);
	mkdirSync(unpacked);
	await runCommand('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], { cwd: temporary });
	const { files, unpackedSize } = readContents(unpacked);
	const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} kB`;
	process.stdout.write(`${basename(tarball)}: ${kilobytes(statSync(tarball).size)} packed, ${kilobytes(unpackedSize)} unpacked, ${files.length} files\n`);
	return [
		...(await scanFolder(scanner, label, unpacked, ['**/*.js', '**/*.ts', '**/*.json'])),
		...[...findProblems(unpacked, packageFolder), ...staleNotices(unpacked, notices)].map((finding) => `${label}: ${finding}`),
	];
}

/** The licences of the bundled packages have to travel with them. */
function staleNotices(folder: string, notices: string): string[] {
	const file = join(folder, noticesFile);
	const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === notices;
	return isCurrent ? [] : [`${noticesFile} is not what is bundled now; "npm run notices" writes it`];
}

type Scanner = typeof import('@n8n/scan-community-package/scanner/scanner.mjs');

/** n8n's verdict on a folder, and every message of its rules. */
async function scanFolder(scanner: Scanner, label: string, folder: string, patterns: string[]): Promise<string[]> {
	// The scanner brings its own ESLint, and its rules have to run in that one.
	const fromScanner = createRequire(require.resolve('@n8n/scan-community-package/scanner/scanner.mjs'));
	const { ESLint: ScannerEslint } = fromScanner('eslint') as { ESLint: typeof ESLint };
	const eslint = new ScannerEslint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: await scanner.buildScanConfig(),
		errorOnUnmatchedPattern: false,
	});
	const results = await eslint.lintFiles(patterns.map((pattern) => pattern));
	const messages = results.flatMap((result) =>
		result.messages
			// ESLint's own remark on a file that no rule is for; the scanner lints it all the same.
			.filter((message) => message.ruleId !== null || message.fatal === true)
			.map(
				(message) =>
					`${label}: ${result.filePath.slice(folder.length + 1)}:${message.line} ${message.severity === 2 ? 'error' : 'warning'} ${message.ruleId ?? ''} ${message.message}`,
			),
	);
	const verdict = await scanner.analyzePackage(folder, patterns);
	if (!verdict.passed && messages.length === 0) messages.push(`${label}: ${verdict.message ?? 'failed'} ${verdict.details ?? ''}`);
	return messages;
}

void main();
