/** JSON or XML, in and out (document: "The HTTP Headers define the API call's formatting"). */
import { jsonFormat, type BodyFormat, type Endpoint } from '../endpoint';
import type { Answer, ApiRequest } from '../provider';
import { isElement, writeXml, xmlFormat } from '../xml';
import { settingsOf, type Account } from './account';
import { refused, type RefusalBody } from './errors';
import { releaseHeld } from './send';

/** Bodies in JSON, or in XML with any root (provider facts, section 4b: SDK and samples differ in it). `shape` makes JSON's fields of XML's. */
export function jsonOrXml(shape?: (content: unknown) => unknown): BodyFormat[] {
	// An element without anything in it is an object without fields.
	const read = (content: unknown): unknown => (shape ?? ((same: unknown) => same))(content === '' ? {} : content);
	return [jsonFormat, xmlFormat('application/xml', read), xmlFormat('text/xml', read)];
}

/** A list from either form in use: `<Files><File/><File/></Files>`, or `<Files/>` again and again (provider facts, section 4b). */
export function listFromXml(value: unknown, element: string): unknown[] {
	const all: unknown[] = Array.isArray(value) ? value : [value];
	return all.flatMap((one) => (isElement(one) && Object.keys(one).join() === element ? [one[element]].flat() : [one]));
}

const named = (header: string | undefined): string | undefined => /\b(json|xml)\b/i.exec(header ?? '')?.[1]?.toLowerCase();

/** An answer follows Accept, and where that names neither format, the request. */
function wantsXml({ headers }: ApiRequest): boolean {
	return (named(headers.accept) ?? named(headers['content-type'])) === 'xml';
}

/** "Both 'Content-Type' and 'Accept' headers are mandatory" in XML. Messages that waited for credits go on with the next request. */
export function checked(endpoint: Endpoint<Account>): Endpoint<Account> {
	return {
		...endpoint,
		answer(account, request, refuse) {
			releaseHeld(account);
			if (named(request.headers['content-type']) === 'xml' && named(request.headers.accept) === undefined) {
				request.violations.push({ kind: 'missing-field', text: 'Accept: mandatory in XML, besides Content-Type' });
				return refused(400, 'Missing Accept header');
			}
			return endpoint.answer(account, request, refuse);
		},
	};
}

/** The elements of lists in XML (provider facts, section 4b). */
const elements: Record<string, string> = { Contacts: 'Contact', Groups: 'Group', Messages: 'Message', Recipients: 'Recipient', SMSReplies: 'SMSReply' };

function withElements(value: unknown, name?: string): unknown {
	if (Array.isArray(value)) {
		const rows = value.map((one) => withElements(one));
		const element = elements[name ?? ''];
		return element === undefined ? rows : { [element]: rows };
	}
	return isElement(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withElements(inner, key)])) : value;
}

function isRefusal(body: unknown): body is RefusalBody {
	return isElement(body) && body['Result'] !== 'Success';
}

/** Gives a refusal the shape that the settings want, and any answer the format that the request wants. */
export function write(account: Account, request: ApiRequest, answer: Answer): Answer {
	const { refusalField, refusalList, refusalHttpStatus } = settingsOf(account);
	let { httpStatus, body } = answer;
	// The page behind a link is neither.
	if (!isElement(body)) return answer;
	if (isRefusal(body)) {
		const { Message, ...rest } = body;
		body = { ...rest, [refusalField]: refusalList ? [Message] : Message };
		httpStatus = httpStatus === 400 ? refusalHttpStatus : httpStatus;
	}
	if (!wantsXml(request) || !isElement(body)) return { ...answer, httpStatus, body };
	const fields = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withElements(value, name)]));
	return { httpStatus, headers: { 'content-type': 'application/xml; charset=utf-8', ...answer.headers }, body: writeXml(fields) };
}
