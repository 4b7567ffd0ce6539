/** Inputs that several NusaSMS operations share. */
import { badValue } from '../../engine/failure';
import type { Field } from '../../engine/inputs/fields';
import { checkSegments, choice, countryField, earlierSendsUnseen, flag, integer, phone, phones, segmentsHint, text } from '../../engine/inputs/fields';
import type { TextRules } from '../../engine/values/segments';
import { countSegments } from '../../engine/values/segments';

export const defaultCountry = countryField({ region: 'ID', label: 'Indonesia (+62)' });

// --- SMS ---------------------------------------------------------------------------------------------------------

export const to = phones({
	label: 'To',
	required: true,
	getsSms: true,
	placeholder: 'e.g. 0812 3456 7890',
	description: 'One or several phone numbers, separated by commas, semicolons or new lines. Each number gets the message once.',
});

/** "Text message (160 characters)" */
export const textRules: TextRules = { maxCharacters: 160 };

export const smsText = text({ label: 'Message', required: true, rows: 3, verbatim: true, placeholder: 'e.g. Hi Budi, your order is ready.', hint: segmentsHint });

/** "For OTP (One-Time Password), otp=Y for argument value is required." */
export const oneTimePassword = flag({
	label: 'One-Time Password',
	default: true,
	description: 'Whether the message is a one-time password (OTP), which NusaSMS sends by a route of its own and rejects without this',
});

/** "True for unicode message" */
export const unicode = flag({
	label: 'Unicode',
	default: true,
	description: 'Whether a message with emoji or other characters beyond GSM-7 is sent as Unicode, which makes it more expensive. What becomes of these characters otherwise is not documented.',
});

/** What a retry does whose first run left nothing behind; for SMS and WhatsApp. */
export const earlierSends = earlierSendsUnseen('NusaSMS cannot be asked what that execution sent.');

interface SmsValues {
	message: string;
	maxSegments?: number;
	unicode?: boolean;
	otp?: boolean;
}

/** @throws Failure (`input`) */
export function checkLength(values: SmsValues): void {
	checkSegments(values, textRules);
}

/** The part of the query that all SMS have in common. JSON is asked for; XML, the default, is understood as well. */
export function smsQuery({ message, unicode: isAllowed = true, otp }: SmsValues): { SMSText: string; unicode?: 'True'; otp?: 'Y'; output: 'json' } {
	// Only where it is needed: as Unicode a text costs more.
	const isNeeded = isAllowed && countSegments(message).unicodeCharacters.length > 0;
	return { SMSText: message, unicode: isNeeded ? 'True' : undefined, otp: otp ? 'Y' : undefined, output: 'json' };
}

// --- WhatsApp ----------------------------------------------------------------------------------------------------

/** "the value is either phone number or group id" */
export const destinationFields = {
	sendTo: choice({
		label: 'Send To',
		choices: [
			{ value: 'number', label: 'Number', description: 'One or several people' },
			{ value: 'group', label: 'Group', description: 'A WhatsApp group' },
		],
		default: 'number',
	}),
	to: phones({
		label: 'To',
		required: true,
		placeholder: 'e.g. 0812 3456 7890',
		description: 'One or several phone numbers, separated by commas, semicolons or new lines. Each number gets the message once.',
		showWhen: { sendTo: ['number'] },
	}),
	groupId: groupId({
		label: 'Group ID',
		required: true,
		placeholder: 'e.g. 6281234567890-1243456789',
		description: 'The ID of a WhatsApp group that the sender is a member of',
		showWhen: { sendTo: ['group'] },
	}),
};

/** "628123456xxxx-1243456xxxx (Whatsapp group id)"; newer groups have one long number. */
function groupId(given: Parameters<typeof text>[0] & { required: true }): Field<string> {
	const inner = text(given);
	return {
		...inner,
		read(raw, reading) {
			const written = inner.read(raw, reading).replace(/@g\.us$/, '');
			if (!/^\d{8,}(-\d{6,})?$/.test(written)) throw badValue(reading.field, `is "${written}", which is not the ID of a group`, 'Write it like 6281234567890-1243456789.');
			return written;
		},
	};
}

interface Destination {
	sendTo: 'number' | 'group';
	/** The engine reads only the field that "Send To" shows. */
	to?: string[];
	groupId?: string;
}

/** Who gets it, as the API wants it: one after the other, since a request has one destination. */
export function destinationsOf({ sendTo, to: numbers = [], groupId: group }: Destination): Array<{ destination: string; is_group?: true }> {
	return sendTo === 'group' ? [{ destination: group ?? '', is_group: true }] : numbers.map((destination) => ({ destination }));
}

export const sender = phone({ label: 'Sender', placeholder: 'e.g. 0811 1000 9002', description: 'The WhatsApp number of your account that it comes from. Without one, NusaSMS picks any of yours.' });

/** "Timeout argument is message timeout in second." */
export const timeout = integer({
	label: 'Timeout (Seconds)',
	min: 1,
	max: 2_592_000,
	default: 3_600,
	description: 'How long NusaSMS may try to send it. A message that is not sent by then fails, and is not sent later.',
});

/** The number under which NusaSMS knows a message: 18 digits, or a test word such as "delivered" at the development host. */
export function messageId(placeholder: string): Field<string> {
	return text({ label: 'Message ID', required: true, placeholder, description: 'The "messageId" that the send gave. It is a text: as a number it would lose digits.' });
}
