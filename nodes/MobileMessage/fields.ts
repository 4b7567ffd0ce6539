/** Inputs that several Mobile Message operations share. */
import { checkSegments as checkTextSegments, choice, clearable, countryField, dateTime, flag, integer, locator, numberedLocator, phone, phones, schedule, segmentsHint,
	text } from '../../engine/inputs/fields';
import { failure } from '../../engine/failure';
import type { Send } from '../../engine/operation';
import type { TextRules } from '../../engine/values/segments';
import { z } from '../../engine/wire/schema';
import { idText } from './responses';

export const defaultCountry = countryField({ region: 'AU', label: 'Australia (+61)' });

/** "A scheduled message must be at least 1 minute in the future" (Message object fields). */
const leastMinutesAhead = 1;

export const to = phones({
	label: 'To',
	required: true,
	getsSms: true,
	placeholder: 'e.g. 0412 345 678',
	description: 'One or several phone numbers, separated by commas, semicolons or new lines. Each number gets the message once.',
});

export const messageText = text({
	label: 'Message',
	required: true,
	rows: 3,
	verbatim: true,
	placeholder: 'e.g. Hi {first_name}, your order is ready.{optout}',
	hint: `${segmentsHint} {optout} adds 20 characters.`,
	description: 'The text. {first_name}, {last_name}, {company} and {other} are filled in from the recipient\'s contact, {optout} from your account (20 characters).',
});

export const senderId = locator({
	label: 'Sender',
	search: 'searchSenders',
	byId: 'CompanyABC',
	hint: 'Leave it empty for your account\'s default. Nobody can reply to a name.',
	description: 'The Sender ID that the message comes from. It must be registered in your account. Replies come in where it is a number.',
});

const senderList = z.object({ results: z.array(z.object({ sender: idText, is_default: z.boolean().nullish().catch(undefined) })) });

/** GET /v1/senders, `is_default`: what an empty sender stands for. @throws Failure (`input`) where the account has no default */
export async function defaultSender(items: Array<{ sender?: string }>, send: Send): Promise<void> {
	const without = items.filter(({ sender }) => sender === undefined);
	if (without.length === 0) return;
	const { results } = await send({ method: 'GET', path: '/v1/senders' }, senderList);
	const found = results.find(({ is_default: isDefault }) => isDefault === true);
	if (!found) throw failure('input', 'Sender is empty, and your account has no default sender', 'Nothing was sent. Pick a sender, or set a default under Settings > Sender IDs at Mobile Message.');
	for (const item of without) item.sender = found.sender;
}

export const reference = text({
	label: 'Reference',
	placeholder: 'e.g. order-1042',
	description: 'Your own reference, to find the message again and to match delivery reports and replies. One is made up when it is left empty.',
});

const scheduledFor = dateTime({
	label: 'Scheduled For',
	future: { minMinutes: leastMinutesAhead },
	description: 'When to send it. A scheduled message can be cancelled.',
});

export const scheduling = schedule(scheduledFor);

/** Whether characters beyond GSM-7 are kept where the option was not added. The provider's own default strips them silently. */
export const keepsUnicode = true;

export const unicode = flag({
	label: 'Unicode',
	default: keepsUnicode,
	description: 'Whether to keep emoji and other characters beyond GSM-7. Mobile Message removes them when this is off. A message with such characters holds 70 characters per segment instead of 160.',
});

/** "max_parts": "Default 10". */
export const segmentsUnlessTold = 10;

/** "max_parts": the provider skips what needs more, after placeholders are filled in. */
export const maxSegments = integer({
	label: 'Max Segments',
	min: 1,
	max: 99,
	default: 1,
	description: `A message that needs more segments than this is not sent, also when placeholders are filled in. Without this option Mobile Message sends up to ${segmentsUnlessTold}.`,
});

const fromContact = 'the recipient\'s contact fills it in.';

/**
 * "Supports placeholders: {first_name}, {last_name}, {company}, {other}, and {optout}"; of {optout}: "The replacement is
 * always exactly 20 characters". "max_parts ... range 1–99".
 */
export const textRules: TextRules = {
	placeholders: { first_name: fromContact, last_name: fromContact, company: fromContact, other: fromContact, optout: 20 },
	unicodeDefault: keepsUnicode,
	maxSegments: 99,
};

/** Holds a text against the user's "Max Segments". @throws Failure (`input`) */
export function checkSegments(values: { message: string; maxSegments?: number; unicode?: boolean }): void {
	checkTextSegments(values, textRules);
}

export const ignoreUnsubscribes = flag({
	label: 'Ignore Unsubscribes',
	description: 'Whether to send to people who opted out. This can bring spam complaints.',
});

export const list = numberedLocator({ label: 'List', required: true, search: 'searchLists', byId: '5' });

export const contact = numberedLocator({ label: 'Contact', required: true, search: 'searchContacts', byId: '42' });

export const number = phone({ label: 'Phone Number', required: true, placeholder: 'e.g. 0412 345 678' });

/** The fields that fill the placeholders of a message. */
export const contactDetails = {
	firstName: text({ label: 'First Name', placeholder: 'e.g. Jane', description: 'Fills {first_name} in a message' }),
	lastName: text({ label: 'Last Name', placeholder: 'e.g. Smith', description: 'Fills {last_name} in a message' }),
	company: text({ label: 'Company', placeholder: 'e.g. Acme', description: 'Fills {company} in a message' }),
	other: text({ label: 'Other', description: 'Fills {other} in a message' }),
};

/** The same where a contact is changed: what the user leaves empty is emptied, which a text field otherwise cannot say. */
export const contactChanges = {
	firstName: clearable(contactDetails.firstName),
	lastName: clearable(contactDetails.lastName),
	company: clearable(contactDetails.company),
	other: clearable(contactDetails.other),
};

/** Contact details under their names on the wire; what was not given is left out. */
export function contactBody(values: { firstName?: string; lastName?: string; company?: string; other?: string }): Record<string, string | undefined> {
	return { first_name: values.firstName, last_name: values.lastName, company: values.company, other: values.other };
}

export const listName = text({ label: 'Name', required: true, placeholder: 'e.g. VIP Customers' });

export const webhookType = choice({
	label: 'Type',
	choices: [
		{ value: 'inbound', label: 'Inbound', description: 'Replies and opt-outs' },
		{ value: 'status', label: 'Status', description: 'Delivery reports' },
	],
	default: 'inbound',
});

/** One message by its ID, or all with a reference. */
export const findBy = {
	by: choice({
		label: 'Find By',
		choices: [
			{ value: 'messageId', label: 'Message ID' },
			{ value: 'reference', label: 'Reference' },
		],
		default: 'messageId',
	}),
	messageId: text({ label: 'Message ID', required: true, placeholder: 'e.g. 044b035f-0396-4a47-8428-12d5273ab04a', showWhen: { by: ['messageId'] } }),
	reference: text({ label: 'Reference', required: true, placeholder: 'e.g. order-1042', showWhen: { by: ['reference'] } }),
};
