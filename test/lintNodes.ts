/**
 * Lints node sources as n8n's scanner does. A process of its own, because the scanner is an ES module with its own ESLint.
 *
 * stdin: JSON array of `{ file, source }`, `file` being the path that the source is taken to have.
 * stdout: JSON array of `Finding`, empty when there is nothing to say.
 */
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

import type { ESLint } from 'eslint';

export interface Source {
	file: string;
	source: string;
}

export interface Finding {
	file: string;
	rule: string;
	message: string;
	/** The line that it is about. */
	line: string;
}

async function main(): Promise<void> {
	const sources = JSON.parse(await text(process.stdin)) as Source[];
	const { buildScanConfig } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const fromScanner = createRequire(require.resolve('@n8n/scan-community-package/scanner/scanner.mjs'));
	const { ESLint: ScannerEslint } = fromScanner('eslint') as { ESLint: typeof ESLint };
	const eslint = new ScannerEslint({ allowInlineConfig: false, overrideConfigFile: true, overrideConfig: await buildScanConfig() });
	const findings: Finding[] = [];
	for (const { file, source } of sources) {
		const [result] = await eslint.lintText(source, { filePath: file });
		const lines = source.split('\n');
		for (const { ruleId, message, line } of result?.messages ?? []) findings.push({ file, rule: ruleId ?? '', message, line: (lines[line - 1] ?? '').trim() });
	}
	process.stdout.write(JSON.stringify(findings));
}

void main();
