/** Mutants run without Jest: what the engine's tests ask of it has to be there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

test("the engine's tests ask of Jest what the runner of mutants offers, and nothing else", () => {
	const folder = join(__dirname, 'engine');
	const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
	const asked = tests.flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\bjest\.(\w+)/g)].map(([, what]) => what ?? ''));
	const runner = readFileSync(join(__dirname, 'mutationRunner.mjs'), 'utf8');
	const [, offers = ''] = /\bjest: \{(.*?)\}/s.exec(runner) ?? [];
	expect(asked).toContain('useFakeTimers');
	expect([...new Set(asked)].filter((name) => !new RegExp(`\\b${name}\\b`).test(offers))).toEqual([]);
});
