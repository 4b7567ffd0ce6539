/** Inputs that several BestSMS operations share. */
import { badValue } from '../../engine/failure';
import type { Field } from '../../engine/inputs/fields';
import {
	checkSegments as checkTextSegments, choice, clearable, countryField, earlierSendsUnseen, flag, integer, locator,
	phone, phones, segmentsHint, segmentsOf, text, url,
} from '../../engine/inputs/fields';
import { fillPerson, textRules } from './links';
import { localTime } from './times';

export const defaultCountry = countryField({ region: 'AU', label: 'Australia (+61)' });

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
	placeholder: 'e.g. Hi [[FirstName]], your order is ready.',
	hint: segmentsHint,
	description: 'The text. BestSMS fills in [[FirstName]], [[LastName]], [[Attention]], [[Company]], [[Custom1]] and [[Custom2]] from options, and [[File1]] with a link to a file.',
});

/** "maximum 40 characters, alphanumeric"; the IDs that BestSMS makes have hyphens, too. */
function identifier(field: Field<string>): Field<string>;
function identifier(field: Field<string | undefined>): Field<string | undefined>;
function identifier(field: Field<string | undefined>): Field<string | undefined> {
	return {
		...field,
		read(raw, reading) {
			const written = field.read(raw, reading);
			if (written === undefined || /^[a-z0-9-]{1,40}$/i.test(written)) return written;
			throw badValue(reading.field, `is "${written}", but has to be at most 40 letters, digits and hyphens`, 'Shorten it, or take other characters out.');
		},
	};
}

export const messageId = identifier(text({ label: 'Message ID', required: true, placeholder: 'e.g. ID123456', description: 'As the output of Send shows it' }));

/** What belongs to the recipient and not to the request. */
export const personalDetails = {
	attention: text({ label: 'Attention', placeholder: 'e.g. John Doe', description: 'The recipient\'s name, for [[Attention]]' }),
	firstName: text({ label: 'First Name', placeholder: 'e.g. John', description: 'For [[FirstName]]' }),
	lastName: text({ label: 'Last Name', placeholder: 'e.g. Doe', description: 'For [[LastName]]' }),
	company: text({ label: 'Company', placeholder: 'e.g. Example Corp', description: 'For [[Company]]' }),
	custom1: text({ label: 'Custom 1', description: 'For [[Custom1]], or to find the message in reports' }),
	custom2: text({ label: 'Custom 2', description: 'For [[Custom2]], or to find the message in reports' }),
};

type Personal = { [K in keyof typeof personalDetails]?: string };

/** A recipient's details under their names on the wire. */
export function personOf({ attention, firstName, lastName, company, custom1, custom2 }: Personal) {
	return { Attention: attention, FirstName: firstName, LastName: lastName, Company: company, Custom1: custom1, Custom2: custom2 };
}
export type Person = ReturnType<typeof personOf>;

const email = text({ label: 'Reply Email', placeholder: 'e.g. name@email.com', description: 'Where BestSMS sends an email for every reply' });

/** What a request says besides its text and recipients. */
export const requestDetails = {
	messageId: identifier(
		text({
			label: 'Message ID',
			placeholder: 'e.g. ID123456',
			description: 'At most 40 letters, digits and hyphens. Best left out: this node then makes one, by which it finds the message at BestSMS when an answer gets lost.',
		}),
	),
	reference: text({ label: 'Reference', maxLength: 80, placeholder: 'e.g. Spring sale', description: 'Your own words for the message in the BestSMS dashboard' }),
	subAccount: text({ label: 'Sub Account', placeholder: 'e.g. SubAccount01', description: 'For reports, billing and the dashboard' }),
	department: text({ label: 'Department', placeholder: 'e.g. Department01', description: 'For reports, billing and the dashboard' }),
	chargeCode: text({ label: 'Charge Code', placeholder: 'e.g. BillingGroup01', description: 'For the division of the invoice' }),
	// "FromNumber: 61421000001"
	fromNumber: phone({ label: 'From Number', form: 'digits', placeholder: 'e.g. 0421 000 001', description: 'The number that the message comes from, if your account has several' }),
	smsEmailReply: {
		...email,
		read: (raw, reading) => {
			const written = email.read(raw, reading);
			if (written !== undefined && !/^\S+@\S+\.\S+$/.test(written)) throw badValue(reading.field, `is "${written}", which is not an email address`, 'Write one address.');
			return written;
		},
	} satisfies Field<string | undefined>,
	characterConversion: flag({ label: 'Convert Characters', description: 'Whether BestSMS replaces characters that make a message more expensive by similar ones, such as © by (C)' }),
	webhookUrl: url({
		label: 'Webhook URL',
		https: true,
		placeholder: 'e.g. https://example.com/webhook',
		description: 'Where reports and replies to this message go, instead of to the default webhook, which has to be set up at BestSMS all the same. The BestSMS Trigger shows its own URL for this.',
	}),
	webhookFormat: choice({
		label: 'Webhook Format',
		choices: [
			{ value: 'JSON', label: 'JSON' },
			{ value: 'XML', label: 'XML' },
		],
		default: 'JSON',
		description: 'How reports and replies to this message are written. The BestSMS Trigger reads both.',
	}),
	testMode: flag({ label: 'Test Mode', description: 'Whether BestSMS only acts as if: nothing is sent, and a report of success comes at once' }),
};

/** What a retry does whose first run left nothing behind. */
export const earlierSends = earlierSendsUnseen('BestSMS has no list of what was sent that could be looked through.');

type RequestDetails = Partial<{ [K in keyof typeof requestDetails]: (typeof requestDetails)[K] extends Field<infer V> ? V : never }>;

/** These under their names on the wire; `Mode` has no value but "Test". */
export function detailsOf({ reference, subAccount, department, chargeCode, fromNumber, smsEmailReply, characterConversion, webhookUrl, webhookFormat, testMode }: RequestDetails) {
	return {
		Reference: reference,
		SubAccount: subAccount,
		Department: department,
		ChargeCode: chargeCode,
		FromNumber: fromNumber,
		SMSEmailReply: smsEmailReply,
		CharacterConversion: characterConversion || undefined,
		WebhookCallbackURL: webhookUrl,
		WebhookCallbackFormat: webhookFormat,
		Mode: testMode ? ('Test' as const) : undefined,
	};
}

/** Holds a text, with what is known of the recipient filled in, against the user's "Max Segments". @throws Failure (`input`) */
export function checkSegments(values: { message: string; maxSegments?: number } & Personal): void {
	checkTextSegments(filledIn(values), textRules);
}

/** The same text for "Max Segments per Run". */
export function neededSegments(values: { to: string[]; message: string } & Personal): number {
	return segmentsOf(filledIn(values), textRules);
}

function filledIn<V extends { message: string } & Personal>(values: V): V {
	return { ...values, message: fillPerson(values.message, personOf(values)) };
}

// --- received messages -------------------------------------------------------------------------------------------

const longestDays = 7;

/** "timePeriod", or "dateFrom" and "dateTo", at most 7 days (github.com/tnzgroup/tnzapi-ts, spec). */
export const receivedFilters = {
	timePeriod: integer({
		label: 'Time Period (Minutes)',
		min: 1,
		max: longestDays * 1_440,
		default: 1_440,
		description: 'Only messages of the last so many minutes, at most 10080 (7 days). Without any filter it is a day.',
	}),
	receivedAfter: localTime('Received After', 'Only messages from this time on'),
	receivedBefore: localTime('Received Before', 'Only messages up to this time'),
};

/** @throws Failure (`input`) */
export function checkReceived({ timePeriod, receivedAfter: dateFrom, receivedBefore: dateTo }: { timePeriod?: number; receivedAfter?: string; receivedBefore?: string }): void {
	if (dateFrom === undefined && dateTo === undefined) return;
	if (timePeriod !== undefined) throw badValue('Time Period (Minutes)', 'cannot be used together with "Received After" and "Received Before"', 'Remove one or the other.');
	if (dateFrom === undefined) throw badValue('Received After', 'is empty, but "Received Before" needs it', 'Fill in both, or use "Time Period (Minutes)".');
	if (dateTo === undefined) throw badValue('Received Before', 'is empty, but "Received After" needs it', 'Fill in both, or use "Time Period (Minutes)".');
	const days = (Date.parse(`${dateTo}Z`) - Date.parse(`${dateFrom}Z`)) / 86_400_000;
	if (days < 0) throw badValue('Received Before', `is ${dateTo}, which is before "Received After" (${dateFrom})`, 'Swap the two.');
	if (days > longestDays) throw badValue('Received Before', `is ${Math.ceil(days)} days after "Received After", but BestSMS looks through at most ${longestDays} days`,
		'Ask for the days in several items.');
}

// --- address book ------------------------------------------------------------------------------------------------

export const contact = locator({ label: 'Contact', required: true, search: 'searchContacts', byId: '17f2b37e-4706-41c8-8dcb-de90e24c2447' });
export const group = locator({ label: 'Group', required: true, search: 'searchGroups', byId: 'Test_Group' });

const visibility = [
	{ value: 'Account', label: 'Account' },
	{ value: 'SubAccount', label: 'Sub Account' },
	{ value: 'Department', label: 'Department' },
	{ value: 'No', label: 'Nobody' },
] as const;

const words = (label: string, placeholder?: string) => text({ label, ...(placeholder && { placeholder }) });
const number = (label: string, placeholder: string) => phone({ label, placeholder });

/** Every property of the document's table that is a text, by its name in this package. */
export const contactTexts = {
	attention: words('Attention', 'e.g. Person Attention'),
	title: words('Title', 'e.g. Ms'),
	firstName: words('First Name', 'e.g. Jane'),
	lastName: words('Last Name', 'e.g. Smith'),
	company: words('Company', 'e.g. Acme'),
	recipDepartment: words('Department', 'e.g. Sales Dept.'),
	position: words('Position', 'e.g. Sales Representative'),
	streetAddress: words('Street Address', 'e.g. 123 Main St'),
	suburb: words('Suburb'),
	city: words('City', 'e.g. Sydney'),
	state: words('State', 'e.g. NSW'),
	country: words('Country', 'e.g. Australia'),
	postcode: words('Postcode', 'e.g. 2000'),
	mobilePhone: number('Mobile Phone', 'e.g. 0412 345 678'),
	mainPhone: number('Main Phone', 'e.g. 02 7010 0001'),
	altPhone1: number('Alternate Phone 1', 'e.g. 02 7010 0002'),
	altPhone2: number('Alternate Phone 2', 'e.g. 02 7010 0003'),
	directPhone: number('Direct Phone', 'e.g. 02 7010 0004'),
	faxNumber: number('Fax Number', 'e.g. 02 7010 0005'),
	emailAddress: words('Email Address', 'e.g. name@email.com'),
	webAddress: words('Web Address', 'e.g. https://example.com'),
	custom1: words('Custom 1'),
	custom2: words('Custom 2'),
	custom3: words('Custom 3'),
	custom4: words('Custom 4'),
};

/** "ViewBy", "EditBy" */
export const contactVisibility = {
	viewBy: choice({ label: 'View By', choices: visibility, default: 'Account', description: 'Who may see the contact' }),
	editBy: choice({ label: 'Edit By', choices: visibility, default: 'Account', description: 'Who may change the contact' }),
};

export const contactChanges = {
	...(Object.fromEntries(Object.entries(contactTexts).map(([name, field]) => [name, clearable(field)])) as typeof contactTexts),
	...contactVisibility,
};

type ContactDetails = { [K in keyof typeof contactTexts | keyof typeof contactVisibility]?: string };

const contactNames = [...Object.keys(contactTexts), ...Object.keys(contactVisibility)] as Array<keyof ContactDetails>;

/** "firstName" is "FirstName" on the wire, and so are all the others. */
export function contactBody(values: ContactDetails): Record<string, string | undefined> {
	return Object.fromEntries(contactNames.map((name) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, values[name]]));
}

export const groupDetails = {
	subAccount: text({ label: 'Sub Account', placeholder: 'e.g. SubAccount01', description: 'The sub account that the group belongs to' }),
	department: text({ label: 'Department', placeholder: 'e.g. Department01', description: 'The department that the group belongs to' }),
	viewEditBy: choice({ label: 'View and Edit By', choices: visibility, default: 'Account', description: 'Who may see and change the group' }),
};

export const groupChanges = {
	groupName: text({ label: 'Name', placeholder: 'e.g. VIP Customers', description: 'The new name. The group code stays as it is.' }),
	subAccount: clearable(groupDetails.subAccount),
	department: clearable(groupDetails.department),
	viewEditBy: groupDetails.viewEditBy,
};

export function groupBody({ groupName, groupCode, subAccount, department, viewEditBy }: { groupName?: string; groupCode?: string; subAccount?: string; department?: string; viewEditBy?: string }) {
	return { GroupName: groupName, GroupCode: groupCode, SubAccount: subAccount, Department: department, ViewEditBy: viewEditBy };
}

/** @throws Failure (`input`) */
export function checkChanges(given: object): void {
	if (Object.values(given).every((value) => value === undefined)) throw badValue('Update Fields', 'has nothing to change', 'Add at least one field.');
}
