/** README and changelog of a package with one provider, from the pages that exist anyway. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { singlePackages, wholePackage, type SinglePackage } from './singles';
import { packageFolder } from '../real-n8n/install';

const read = (...path: string[]) => readFileSync(join(packageFolder, ...path), 'utf8');

/** The README: what the package is, how to install it, the first SMS, then the provider's page whole. */
export function readmeOf(single: SinglePackage): string {
	const { name, title, reach } = single;
	const words: Record<string, string> = { name, title, reach, whole: wholePackage, page: pageOf(single) };
	return read('packages', 'README.template.md')
		.replace(/\{\{(\w+)\}\}/g, (_whole, word: string) => {
			const text = words[word];
			if (text === undefined) throw new Error(`packages/README.template.md: there is no "${word}"`);
			return text;
		})
		.replace(/\n{3,}/g, '\n\n');
}

/** The provider's page without its title; its links lead into the repository, as npm reads them. */
function pageOf({ page }: SinglePackage): string {
	return read('docs', page)
		.replace(/^# .*\n+/, '')
		.replace(/\]\((?!https?:|#|mailto:)([^)]+)\)/g, (_link, path: string) => `](${path.startsWith('../') ? path.slice(3) : `docs/${path}`})`);
}

/** The changelog without what is about other providers. */
export function changelogOf(single: SinglePackage, changelog = read('CHANGELOG.md')): string {
	const others = singlePackages.filter(({ name }) => name !== single.name).map(({ title }) => `- ${title}: `);
	const kept = changelog.split('\n- ').filter((entry, index) => index === 0 || !others.some((other) => `- ${entry}`.startsWith(other)));
	return kept.join('\n- ');
}
