/** Faults on demand: what goes wrong with the next requests that match. */
import { z } from 'zod/v3';

/**
 * "before": the provider has done nothing. "after": it has done all that was asked, and only the answer is lost or wrong.
 * `partial-after`: a send took the first half of its entries, then failed. `error-before`: any error answer, in the provider's shape.
 * `echo`: nothing is done, and the error answer repeats the whole request, its secrets included. Under `late` and `row-by-row` there
 * is no answer, and the provider goes on all the same: it takes everything when `workMs` are over, or entry after entry until then.
 */
export const faultKinds = [
	'429',
	'error-before',
	'500-before',
	'500-after',
	'reset-before',
	'reset-after',
	'timeout-before',
	'timeout-after',
	'malformed-before',
	'malformed-after',
	'truncated-after',
	'partial-after',
	'echo',
	'late',
	'row-by-row',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export const faultSchema = z
	.object({
		kind: z.enum(faultKinds),
		method: z.string().optional(),
		/** How the path starts, without the provider's prefix, e.g. `/v1/messages`. */
		path: z.string().optional(),
		times: z.number().int().min(1).default(1),
		/** Matching requests to let pass first. */
		skip: z.number().int().min(0).default(0),
		/** HTTP status of an `error-before` (503 if not given) or of an `echo` (400). */
		httpStatus: z.number().int().min(400).max(599).optional(),
		/** Value of the Retry-After header of a 429 or an `error-before`: seconds, or an HTTP date. */
		retryAfter: z.union([z.number(), z.string()]).optional(),
		/** The error's text; default: the provider's own. */
		message: z.string().optional(),
		/** How long the provider is at work under `late` (58 s if not given) or `row-by-row` (10 s). */
		workMs: z.number().int().min(0).max(3_600_000).optional(),
		/** How the answer is lost under `late` (`timeout` if not given) or `row-by-row` (`reset`). */
		clientSees: z.enum(['reset', 'timeout']).optional(),
	})
	.strict();

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

export interface Faults {
	list(): Fault[];
	add(fault: FaultInput): void;
	clear(): void;
	/** The fault for this request, if one matches; it is used up by asking. */
	take(method: string, path: string): Fault | undefined;
}

/** A list of faults, tried in the order in which they were added. */
export function createFaults(): Faults {
	let faults: Fault[] = [];
	return {
		list: () => faults.map((fault) => ({ ...fault })),
		add(fault) {
			faults.push(faultSchema.parse(fault));
		},
		clear() {
			faults = [];
		},
		take(method, path) {
			for (const fault of faults) {
				if (fault.method && fault.method.toUpperCase() !== method) continue;
				if (fault.path && !path.startsWith(fault.path)) continue;
				if (fault.skip > 0) {
					fault.skip--;
					continue;
				}
				fault.times--;
				if (fault.times === 0) faults = faults.filter((other) => other !== fault);
				return { ...fault };
			}
			return undefined;
		},
	};
}

/** True when nothing may happen at the provider before the fault strikes. */
export function strikesBefore(fault: Fault): boolean {
	return fault.kind === '429' || fault.kind === 'echo' || fault.kind.endsWith('-before');
}

/** How a provider works on a request that it never answers. */
export interface Work {
	ms: number;
	byRow: boolean;
	clientSees: 'reset' | 'timeout';
}

/** Undefined: this fault lets the provider do its work before the answer is due. */
export function workOf({ kind, workMs, clientSees }: Fault): Work | undefined {
	switch (kind) {
		case 'late':
			return { ms: workMs ?? 58_000, byRow: false, clientSees: clientSees ?? 'timeout' };
		case 'row-by-row':
			return { ms: workMs ?? 10_000, byRow: true, clientSees: clientSees ?? 'reset' };
		default:
			return undefined;
	}
}
