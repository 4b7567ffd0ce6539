/** The same node twice in one n8n: the package with all providers beside the provider's own. */
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Claims } from '../delivery/claims';

/** Where n8n found a node: the package, and what stands behind its folder. */
const place = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](.+)$/;

/** The packages that this node is installed by, where there are several: a node of another package that has the same file and class. */
export function copiesOf(context: IExecuteFunctions): string[] {
	const known = context.getKnownNodeTypes() as Record<string, { className?: unknown; sourcePath?: unknown } | undefined>;
	const own = known[context.getNode().type];
	const of = (one: typeof own): string[] => (typeof one?.sourcePath === 'string' ? (place.exec(one.sourcePath)?.slice(1) ?? []) : []);
	const [, file] = of(own);
	if (file === undefined) return [];
	const packages = Object.values(known).flatMap((one) => (one?.className === own?.className && of(one)[1] === file ? of(one).slice(0, 1) : []));
	const found = [...new Set(packages)].sort();
	return found.length > 1 ? found : [];
}

/** Each copy has claims of its own: what the other one sent is not known, and a message that is found may be its. */
export function claimsBeside(claims: Claims): Claims {
	return { ...claims, reachesBackTo: () => false };
}

export function adviceOn(copies: string[]): string {
	const often = copies.length === 2 ? 'twice' : `${copies.length} times`;
	return `This node is installed ${often}: by ${copies.join(' and ')}. Each counts the provider's limit for itself. Remove all but one under Settings > Community nodes.`;
}
