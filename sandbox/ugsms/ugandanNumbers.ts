/**
 * Ugandan numbers with a behaviour, E.164 without "+" and valid for libphonenumber. Uganda reserves none for fiction: they may be
 * somebody's, so that they are for the sandbox alone. They end like the Australian numbers with the same behaviour do.
 */
import type { SpecialNumber } from '../provider';

export const ugandanNumbers = {
	invalid: '256700000156',
	fails: '256700000157',
	slow: '256700000110',
	/** A fixed line in Kampala; every fixed line is undeliverable. */
	landline: '256414123456',
} as const;

/** Numbers on which nothing special happens; use them for recipients in tests and examples. */
export const ordinaryUgandanNumbers: readonly string[] = ['256700001001', '256700001002', '256700001003', '256700001004', '256700001005'];

export const specialUgandanNumbers: SpecialNumber[] = [
	{ number: ugandanNumbers.invalid, behaviour: 'invalid', text: 'looks right, but the provider calls it invalid and refuses the whole request' },
	{ number: ugandanNumbers.fails, behaviour: 'fails', text: 'is accepted, then delivery fails, which the provider has no way to report' },
	{ number: ugandanNumbers.slow, behaviour: 'slow', text: 'is slow' },
	{ number: ugandanNumbers.landline, behaviour: 'fails', text: 'is a fixed line: like all of them, accepted, then undeliverable' },
];

/** As the provider wants it: `07XXXXXXXX`. */
export function localForm(number: string): string {
	return number.replace(/^256/, '0');
}
