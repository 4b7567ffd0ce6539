/**
 * Indonesian numbers with a behaviour, E.164 without "+" and valid for libphonenumber. Indonesia reserves none for fiction: they
 * may be somebody's, so that they are for the sandbox alone. The behaviours end like the Australian numbers do.
 */
import type { SpecialNumber } from '../provider';
import { refusedNumber, smsStatuses } from './statuses';

export const indonesianNumbers = {
	unsubscribed: '6281100000006',
	invalid: '6281100000156',
	fails: '6281100000157',
	answersYes: '6281100000158',
	answersStop: '6281100000159',
	slow: '6281100000110',
	reportsTwice: '6281100000313',
	/** Receives SMS, but is not on WhatsApp. */
	noWhatsApp: '6281100000404',
	/** A fixed line in Jakarta; every fixed line is undeliverable. */
	landline: '622155501234',
} as const;

/** Numbers on which nothing special happens; use them for recipients in tests and examples. */
export const ordinaryIndonesianNumbers: readonly string[] = ['6281100001001', '6281100001002', '6281100001003', '6281100001004', '6281100001005'];

export const specialIndonesianNumbers: SpecialNumber[] = [
	{ number: indonesianNumbers.unsubscribed, behaviour: 'unsubscribed', text: 'has unsubscribed from WhatsApp: aborted; SMS arrive' },
	{ number: indonesianNumbers.invalid, behaviour: 'invalid', text: 'looks right, but the provider calls it invalid: SMS status -13, WhatsApp HTTP 422' },
	{ number: indonesianNumbers.fails, behaviour: 'fails', text: 'is accepted, then delivery fails' },
	{ number: indonesianNumbers.answersYes, behaviour: 'answers-yes', text: 'answers YES after delivery' },
	{ number: indonesianNumbers.answersStop, behaviour: 'answers-stop', text: 'answers STOP after delivery' },
	{ number: indonesianNumbers.slow, behaviour: 'slow', text: 'is slow' },
	{ number: indonesianNumbers.reportsTwice, behaviour: 'reports-twice', text: 'has every delivery report sent twice' },
	{ number: indonesianNumbers.noWhatsApp, behaviour: 'fails', text: 'is not on WhatsApp: messages fail, a phone check says no; SMS arrive' },
	{ number: indonesianNumbers.landline, behaviour: 'fails', text: 'is a fixed line: like all of them, accepted, then undeliverable' },
	...smsStatuses.map(([status, name, text]): SpecialNumber => ({ number: refusedNumber(status), behaviour: 'refused', text: `SMS only: status ${status}, ${name} (${text})` })),
];
