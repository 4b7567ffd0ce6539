/** The packages that hold one provider each: n8n verifies one service per package. Everything else about them is in the whole package. */

/** What is a single package's own. */
export interface SinglePackage {
	/** The provider's folder under nodes/; its credential is `<folder>Api`. */
	folder: string;
	/** The package's name at npm, and the first part of its node types. */
	name: string;
	/** The provider's name, as people write it. */
	title: string;
	description: string;
	/** Where in the world it sends to, for the first sentence of its README. */
	reach: string;
	keywords: string[];
	/** The provider's page, in docs/. */
	page: string;
}

/** The package with all providers. */
export const wholePackage = 'n8n-nodes-sms-hub';

export const singlePackages: SinglePackage[] = [
	{
		folder: 'MobileMessage',
		name: 'n8n-nodes-mobile-message',
		title: 'Mobile Message',
		description: 'Mobile Message for n8n: SMS in Australia with replies, lists, contacts and opt-outs, batched, paced and safe to retry',
		reach: 'SMS in Australia, with replies, contacts, lists and opt-outs',
		keywords: ['sms', 'text-message', 'bulk-sms', 'mobile-message', 'australia'],
		page: 'mobile-message.md',
	},
	{
		folder: 'Sms160',
		name: 'n8n-nodes-sms160',
		title: '160.com.au',
		description: '160.com.au for n8n: SMS in Australia with one-time codes, contacts and groups, batched, paced and safe to retry',
		reach: 'SMS and one-time codes in Australia, with contacts and groups',
		keywords: ['sms', 'text-message', 'bulk-sms', 'otp', '160.com.au', 'australia'],
		page: '160.com.au.md',
	},
	{
		folder: 'BestSms',
		name: 'n8n-nodes-bestsms',
		title: 'BestSMS',
		description: 'BestSMS for n8n: SMS with links to files, replies, an address book and delivery reports, batched, paced and safe to retry',
		reach: 'SMS with links to files, replies and an address book',
		keywords: ['sms', 'text-message', 'bulk-sms', 'bestsms', 'australia'],
		page: 'bestsms.md',
	},
	{
		folder: 'NusaSms',
		name: 'n8n-nodes-nusasms',
		title: 'NusaSMS',
		description: 'NusaSMS for n8n: SMS and WhatsApp in Indonesia, with files, groups and number checks, paced and safe to retry',
		reach: 'SMS and WhatsApp in Indonesia, with files, groups and number checks',
		keywords: ['sms', 'text-message', 'bulk-sms', 'whatsapp', 'nusasms', 'indonesia'],
		page: 'nusasms.md',
	},
	{
		folder: 'UgSms',
		name: 'n8n-nodes-ugsms',
		title: 'UGSMS',
		description: 'UGSMS for n8n: SMS in Uganda by API key or password, batched, paced and safe to retry',
		reach: 'SMS in Uganda',
		keywords: ['sms', 'text-message', 'bulk-sms', 'ugsms', 'uganda'],
		page: 'ugsms.md',
	},
];
