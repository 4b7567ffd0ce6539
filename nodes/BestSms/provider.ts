/** Facts about BestSMS (Australia; TNZ under another name). Source: its API document ("RESTful API to send SMS", v2.03), unless a line says otherwise. */
import type { Provider, Refusal } from '../../engine/operation';
import { z } from '../../engine/wire/schema';

/** "[Version] is the API Version ('v2.03')" */
export const api = '/api/v2.03';

const texts = z.union([z.string(), z.array(z.string())]).nullish();

/**
 * "Result: Failed" with a `Message`; the vendor's SDKs also know `Unauthorized` and `RecordNotFound`, and read
 * `ErrorMessage`, a text or a list (github.com/tnzgroup/tnzapi-nodejs, tnzapi-python).
 */
const refusedBody = z.object({ Result: z.string().trim() });
/** A proxy and the web server behind the API leave out the `Result`; their texts are told, and decide nothing. */
const reasons = z.object({ ErrorMessage: texts.catch(undefined), Message: texts.catch(undefined) });

const adviceByWord: Array<[word: RegExp, advice: string]> = [
	[/missing sender/i, 'The Auth Token belongs to no Sender. Ask BestSMS for the token of a user with API access.'],
	[/address ?book/i, 'The address book is not enabled for this user. Ask BestSMS to enable contacts and groups for the user of the Auth Token.'],
	[/webhook|callback/i, 'A webhook for single messages begins with https://, and needs a default webhook: ask BestSMS to set one up for your Sender.'],
	[/message ?(id)? not found/i, 'Check the Message ID. It is the one that the output of Send shows.'],
	[/not found/i, 'It may have been deleted. Check the ID of this item.'],
];

const adviceByStatus: Record<number, string> = {
	401: 'Check the Auth Token in the credential. It goes out as it is; a user name and password are something else.',
	// v3 answers so where "the Addressbook API" is not enabled (github.com/tnzgroup/tnzapi-ts, spec).
	403: 'BestSMS has not enabled this for the user of the Auth Token. The address book (contacts and groups) is enabled for each user: ask BestSMS for it.',
};

/** "500 INTERNAL SERVER ERROR - API Server Fault": under another HTTP status it says no more of what was done before it. */
const aboutFault = /\b(server (fault|error)|internal (fault|error)|timed? ?-?out)\b/i;

export const bestSms: Provider = {
	name: 'BestSMS',
	credential: 'bestSmsApi',
	// "+61421000001". A number without "+" may be taken for one of New Zealand, where the vendor is at home.
	phone: { region: 'AU', form: 'e164' },
	// None is documented for this version.
	limits: { atOnce: 5 },
	// A request may carry files.
	timeout: 60_000,
	baseUrl: ({ baseUrl = '' }) => baseUrl,
	account: ({ baseUrl = '', authToken = '' }) => `${baseUrl} ${tokenIn(authToken)}`,
	secrets: ({ authToken = '', webhookApiKey = '' }) => [tokenIn(authToken), webhookApiKey.trim()],
	refusal({ httpStatus, body }): Refusal | undefined {
		const { data } = refusedBody.safeParse(body);
		if (httpStatus < 400 && (data === undefined || /^success$/i.test(data.Result))) return undefined;
		const text = textOf(body);
		const isUnauthorised = /^unauthori[sz]ed$/i.test(data?.Result ?? '');
		const advice = isUnauthorised ? adviceByStatus[401] : (adviceByStatus[httpStatus] ?? adviceByWord.find(([word]) => word.test(text))?.[1]);
		const account = isUnauthorised || httpStatus === 401 || httpStatus === 403;
		if (account) return { text, advice, account };
		// "No HTTP resource was found that matches the request URI" is a web server's 404, and says nothing of a contact.
		const isElse = httpStatus >= 404 && text !== '';
		return { text, advice, account, ...(aboutFault.test(text) && { unsure: true }), ...(isGone(body) ? { gone: true } : isElse && { gone: false }) };
	},
};

/** As the credential sends it, whatever was copied along with it. */
function tokenIn(authToken: string): string {
	return authToken.trim().replace(/^Basic\s+/i, '');
}

/** "Reason for the API call failure" */
export function textOf(body: unknown): string {
	const { ErrorMessage, Message } = reasons.safeParse(body).data ?? {};
	const [said = []] = [ErrorMessage, Message].map((texts) => [texts ?? []].flat().filter((text) => text.trim() !== '')).filter(({ length }) => length > 0);
	return [...new Set(said)].join('; ');
}

/** "Sender not found": what is not there then is another thing than the message, contact or group that was asked for. */
const ofTheUser = '(sender|user|account|subaccount|department|token|api|key|endpoint|method|version|url|page)';
const isOfTheUser = new RegExp(`\\b${ofTheUser}\\b(?:(?!\\b(message|contact|group|record)).)*\\b(not (be )?found|does not exist)\\b|\\bno such ${ofTheUser}\\b`, 'i');

/** Whether a refusal only says that there is no such thing. */
export function isNotFound(body: unknown): boolean {
	const { data } = refusedBody.safeParse(body);
	if (data === undefined || isOfTheUser.test(textOf(body))) return false;
	return /^recordnotfound$/i.test(data.Result) || /\bnot (be )?found\b|\bdoes not exist\b|\bno such\b/i.test(textOf(body));
}

/** There is no such thing, or it is in that state already. */
function isGone(body: unknown): boolean {
	return isNotFound(body) || (refusedBody.safeParse(body).success && /\balready\b|\bnot delayed\b|\b(cannot|can ?not|unable to|could not) (be )?(abort|cancel)/i.test(textOf(body)));
}
