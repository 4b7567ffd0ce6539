/**
 * Australian mobile numbers that the regulator (ACMA) reserves for fiction, so that nobody is texted by mistake.
 * All are E.164 without "+", and valid for libphonenumber.
 */
import type { SpecialNumber } from './phones';

export const australianNumbers = {
	unsubscribed: '61491570006',
	invalid: '61491570156',
	fails: '61491570157',
	answersYes: '61491570158',
	answersStop: '61491570159',
	slow: '61491570110',
	reportsTwice: '61491570313',
} as const;

/** Numbers on which nothing special happens; use them for recipients in tests and examples. */
export const ordinaryAustralianNumbers: readonly string[] = [
	'61491571491',
	'61491571804',
	'61491572549',
	'61491572665',
	'61491572983',
	'61491573770',
	'61491573087',
	'61491574118',
	'61491574632',
	'61491575254',
	'61491575789',
	'61491576398',
	'61491576801',
	'61491577426',
	'61491577644',
	'61491578957',
	'61491578148',
	'61491578888',
	'61491579212',
	'61491579760',
	'61491579455',
];

export const specialAustralianNumbers: SpecialNumber[] = [
	{ number: australianNumbers.unsubscribed, behaviour: 'unsubscribed', text: 'is on the unsubscribe list: the provider blocks it' },
	{ number: australianNumbers.invalid, behaviour: 'invalid', text: 'looks right, but the provider calls it invalid' },
	{ number: australianNumbers.fails, behaviour: 'fails', text: 'is accepted, then delivery fails' },
	{ number: australianNumbers.answersYes, behaviour: 'answers-yes', text: 'answers YES after delivery, when the sender is a number that takes answers' },
	{ number: australianNumbers.answersStop, behaviour: 'answers-stop', text: 'answers STOP after delivery, when the sender is a number that takes answers' },
	{ number: australianNumbers.slow, behaviour: 'slow', text: 'is slow, and reports the parts of a long message last part first' },
	{ number: australianNumbers.reportsTwice, behaviour: 'reports-twice', text: 'has every delivery report sent twice' },
];
