/** Inputs that several 160.com.au operations share. */
import { badValue } from '../../engine/failure';
import type { Field } from '../../engine/inputs/fields';
import { choice, clearable, countryField, dateTime, flag, locator, numberedLocator, phone, phones, rows, schedule, segmentsHint, text, url } from '../../engine/inputs/fields';
import { parsePhone } from '../../engine/values/phone';
import { parseTime } from '../../engine/values/times';

export const defaultCountry = countryField({ region: 'AU', label: 'Australia (+61)' });

export const to = phones({
	label: 'To',
	required: true,
	getsSms: true,
	placeholder: 'e.g. 0412 345 678',
	description: 'One or several phone numbers, separated by commas, semicolons or new lines. Each number gets the message once.',
});

export const messageText = text({ label: 'Message', required: true, rows: 3, verbatim: true, placeholder: 'e.g. Hi Jane, your order is ready.', hint: segmentsHint });

/** A number of the account in digits with its country code. Without digits it would be empty on the wire, which means the registered phone. */
function inDigits(field: Field<string>): Field<string> {
	return {
		...field,
		read: (raw, reading) => {
			// Copied numbers bring invisible signs and other hyphens.
			const written = field.read(raw, reading).replace(/\p{Cf}/gu, '').replace(/\p{Pd}/gu, '-');
			if (!/^\+?[\d\s().-]*$/.test(written) || !/\d/.test(written)) {
				throw badValue(reading.field, `is "${written}", which is not a phone number`, 'Pick it from the list, or write it in digits with its country code.');
			}
			const digits = written.replace(/\D/g, '');
			// As the provider lists it. Only one that is written as people dial it is turned into that form.
			const parsed = digits.startsWith('0') ? parsePhone(written, reading.phone) : undefined;
			return parsed && 'number' in parsed ? parsed.number : digits;
		},
	};
}

/** "senderId - approved SenderName, or email - email for 2way SMS, or phone - virtual phone number, or leave empty for registered phone number" */
export const senderFields = {
	sendFrom: choice({
		label: 'Send From',
		hint: 'Replies to a virtual number come in here, those to an email address are mailed there. Nobody can reply to a name.',
		choices: [
			{ value: 'registered', label: 'Registered Phone', description: 'The phone number that your account is registered with' },
			{ value: 'senderName', label: 'Sender Name', description: 'A name such as your brand. Nobody can reply to it.' },
			{ value: 'virtualNumber', label: 'Virtual Number', description: 'A number that you rent. Replies arrive in your account.' },
			{ value: 'email', label: 'Email (2-Way)', description: 'Replies are sent to an email address' },
		],
		default: 'registered',
	}),
	senderName: locator({
		label: 'Sender Name',
		required: true,
		search: 'searchSenderNames',
		byId: 'MyBrand',
		description: 'A sender name that is approved in your account',
		showWhen: { sendFrom: ['senderName'] },
	}),
	virtualNumber: inDigits(
		locator({
			label: 'Virtual Number',
			required: true,
			search: 'searchVirtualNumbers',
			byId: '61480000003',
			description: 'A virtual number of your account',
			showWhen: { sendFrom: ['virtualNumber'] },
		}),
	),
	email: text({ label: 'Email', required: true, placeholder: 'e.g. name@email.com', description: 'Where replies are sent to', showWhen: { sendFrom: ['email'] } }),
};

interface SenderValues {
	sendFrom: string;
	/** The engine reads only the field that "Send From" shows. */
	senderName?: string;
	virtualNumber?: string;
	email?: string;
}

/** The sender under its name on the wire. */
export function senderBody({ senderName, virtualNumber, email }: SenderValues): { senderId?: string; email?: string; phone?: string } {
	return { senderId: senderName, email, phone: virtualNumber };
}

/** @throws Failure (`input`) */
export function checkSender({ email }: SenderValues): void {
	if (email !== undefined && !/^\S+@\S+\.\S+$/.test(email)) throw badValue('Email', `is "${email}", which is not an email address`, 'Write one address, such as name@example.com.');
}

/** "delay in minutes, from 1 to 44640" */
const scheduledFor = dateTime({
	label: 'Scheduled For',
	// A second more: "31 days from now" is worked out after the run began.
	future: { minMinutes: 1, maxMinutes: 44_640 + 1 / 60 },
	description: 'When to send it, at most 31 days ahead. Delete a scheduled message to cancel it.',
});
export const scheduling = schedule(scheduledFor);

/** Whole minutes from now until then, rounded up so that nothing is sent too early. Times are in ms since the epoch. */
export function delayUntil(milliseconds: number | undefined, now: number): number | undefined {
	return milliseconds === undefined ? undefined : Math.min(44_640, Math.max(1, Math.ceil((milliseconds - now) / 60_000)));
}

export const callbackUrl = url({
	label: 'Callback URL',
	placeholder: 'e.g. https://example.com/sms',
	description: 'Where 160.com.au reports what became of the message. The 160.com.au Trigger shows its own URL for this.',
});

function wholeNumber(field: Field<string>): Field<string>;
function wholeNumber(field: Field<string | undefined>): Field<string | undefined>;
function wholeNumber(field: Field<string | undefined>): Field<string | undefined> {
	return {
		...field,
		read: (raw, reading) => {
			const written = field.read(raw, reading);
			if (written !== undefined && !/^\d+$/.test(written)) throw badValue(reading.field, `is "${written}", but an ID is a whole number`);
			return written;
		},
	};
}

export const messageId = wholeNumber(text({ label: 'Message ID', required: true, placeholder: 'e.g. 7000001' }));

/** A filter by ID; both ends count. */
export const messageIdFilters = {
	messageIdFrom: wholeNumber(text({ label: 'First Message ID', placeholder: 'e.g. 7000001', description: 'Only this message ID and higher ones' })),
	messageIdTo: wholeNumber(text({ label: 'Last Message ID', placeholder: 'e.g. 7000099', description: 'Only this message ID and lower ones' })),
};

/** Both ends are needed where messages are deleted: half a range could mean all of them. */
export function idRange(showWhen?: Record<string, string[]>): { messageIdFrom: Field<string>; messageIdTo: Field<string> } {
	return {
		messageIdFrom: wholeNumber(text({ label: 'First Message ID', required: true, placeholder: 'e.g. 7000001', description: 'The first message ID to delete', showWhen })),
		messageIdTo: wholeNumber(text({ label: 'Last Message ID', required: true, placeholder: 'e.g. 7000099', description: 'The last message ID to delete', showWhen })),
	};
}

/** @throws Failure (`input`) */
export function checkRange({ messageIdFrom: first, messageIdTo: last }: { messageIdFrom?: string; messageIdTo?: string }): void {
	if (first !== undefined && last !== undefined && BigInt(first) > BigInt(last)) throw badValue('Last Message ID', `is ${last}, which is lower than First Message ID (${first})`, 'Swap the two.');
}

export function batchId(given: { required: true; showWhen?: Record<string, string[]> }): Field<string>;
export function batchId(given: { required?: undefined }): Field<string | undefined>;
export function batchId({ required, showWhen }: { required?: true; showWhen?: Record<string, string[]> }): Field<string | undefined> {
	const shown = { label: 'Batch ID', placeholder: 'e.g. 1234567890123', description: 'As the output of a send shows it', showWhen };
	return wholeNumber(required ? text({ ...shown, required }) : text(shown));
}

/** In the zone in which it is typed: the provider's times name none, so none can be converted to. */
function providerTime(label: string, description: string): Field<string | undefined> {
	const field = text({ label, description: `${description}, in the time zone of your 160.com.au account` });
	return {
		...field,
		property: { ...field.property, type: 'dateTime' },
		read: (raw, reading) => {
			const written = field.read(raw, reading);
			if (written === undefined) return undefined;
			const parsed = /^[\d-]+[ T][\d:]+$/.test(written) ? parseTime(written, 'UTC') : undefined;
			if (parsed && 'time' in parsed) return parsed.time.toFormat('yyyy-MM-dd HH:mm:ss');
			throw badValue(reading.field, `is "${written}", but must look like 2026-01-31 09:00:00`, 'Write it without a time zone.');
		},
	};
}

export const sentFilters = {
	sentAfter: providerTime('Sent After', 'Only messages that were posted from this time on, whenever they go out'),
	sentBefore: providerTime('Sent Before', 'Only messages that were posted up to this time, whenever they go out'),
};
export const receivedFilters = {
	receivedAfter: providerTime('Received After', 'Only messages from this time on'),
	receivedBefore: providerTime('Received Before', 'Only messages up to this time'),
};

export const contact = numberedLocator({ label: 'Contact', required: true, search: 'searchContacts', byId: '42' });
export const group = numberedLocator({ label: 'Group', required: true, search: 'searchGroups', byId: '5' });
export const otp = numberedLocator({ label: 'OTP Configuration', required: true, search: 'searchOtps', byId: '1', description: 'Text, length and lifetime of the codes, as set up in your account' });

export const number = phone({ label: 'Phone Number', required: true, placeholder: 'e.g. 0412 345 678' });
export const smsNumber = phone({ label: 'Phone Number', required: true, getsSms: true, placeholder: 'e.g. 0412 345 678' });

const memberships = rows({
	label: 'Groups',
	row: 'Group',
	description: 'The groups that the contact is in',
	fields: { group, isDisabled: flag({ label: 'Disabled', description: 'Whether the contact is left out when the group is sent to' }) },
});

export const contactDetails = {
	firstName: text({ label: 'First Name', placeholder: 'e.g. Jane' }),
	lastName: text({ label: 'Last Name', placeholder: 'e.g. Smith' }),
	note: text({ label: 'Note' }),
	groups: memberships,
};

export const contactChanges = {
	firstName: clearable(contactDetails.firstName),
	lastName: clearable(contactDetails.lastName),
	note: clearable(contactDetails.note),
	groups: { ...memberships, property: { ...memberships.property, description: 'The groups that the contact is in from now on, instead of those it was in. Without a row it is in none.' } },
};

/** Memberships on the wire: `isDisabled` is 1 or 0 in the samples. */
export function groupsBody(groups: Array<{ group: number; isDisabled: boolean }> | undefined): Array<{ groupId: number; isDisabled: number }> | undefined {
	return groups?.map(({ group: groupId, isDisabled }) => ({ groupId, isDisabled: isDisabled ? 1 : 0 }));
}

/** "enumerated groupType for groups" */
export const groupTypes = ['regular', 'messaging', 'offers'] as const;
export type GroupType = (typeof groupTypes)[number];

export const groupType = choice({
	label: 'Type',
	choices: [
		{ value: 'regular', label: 'Regular', description: 'A list of contacts' },
		{ value: 'messaging', label: 'Messaging', description: 'People join by texting a keyword' },
		{ value: 'offers', label: 'Offers', description: 'People join offers by texting a keyword' },
	],
	default: 'regular',
});

export const keyword = text({ label: 'Keyword', placeholder: 'e.g. DEALS', description: 'The word that people text. Groups of the types Messaging and Offers need one.' });

/** "keyword if groupType is 1 or 2" (POST and PATCH /v1/groups). @throws Failure (`input`) */
export function checkKeyword({ type, keyword: word }: { type?: GroupType; keyword?: string }): void {
	if (type !== undefined && type !== 'regular' && word === undefined) throw badValue('Keyword', 'is empty, but a group of this type needs one', 'Add the word that people text to join.');
}

const inPart = (what: string): string => `A part of the ${what}, at least 5 characters`;

/** "at least 5 symbols to start the search" */
export const contactFilters = {
	firstName: text({ label: 'First Name', description: inPart('first name') }),
	lastName: text({ label: 'Last Name', description: inPart('last name') }),
	phone: text({ label: 'Phone Number', description: `${inPart('number')}. Leading zeros are left out, since numbers are kept with their country code.` }),
};

/** A part of a number as it stands in a number with its country code. */
export function phonePart(written: string | undefined): string | undefined {
	return written?.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
}

/** @throws Failure (`input`) for a search that the provider would not start */
export function checkSearch(values: { firstName?: string; lastName?: string; phone?: string }): void {
	const searched: Array<[label: string, part: string | undefined]> = [['First Name', values.firstName], ['Last Name', values.lastName], ['Phone Number', phonePart(values.phone)]];
	for (const [label, part] of searched) {
		if (part === undefined || part.length >= 5) continue;
		throw badValue(label, `is "${part}", but a search needs at least 5 characters`, 'Write more of it, or leave this filter out and filter the results in the next node.');
	}
}
