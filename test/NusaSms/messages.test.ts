/** How answers about messages read: what they leave out, what they say in two ways, and what is refused. */
import { creditOutput } from '../../nodes/NusaSms/credit';
import { envelope, onlyCulprit, sentWhatsApp, smsStatus, whatsAppInfo, whatsAppOutcome, whatsAppOutput, whatsAppStatus } from '../../nodes/NusaSms/messages';
import { nusaSms } from '../../nodes/NusaSms/provider';
import { sendResult } from '../../nodes/NusaSms/results';
import { isKnownRefusal } from '../../nodes/NusaSms/statuses';

const id = '175041319203754627';

test('what the answer of a send leaves out, or leaves empty, is as it was sent', () => {
	const entry = { destination: '6281234567890', sender: '6281100009003', caption: 'Lihat \\U0001F600', media_url: 'https://example.com/a.png' };
	const output = { messageId: id, to: '6281234567890', from: '6281100009003', text: 'Lihat 😀', mediaUrl: 'https://example.com/a.png', accepted: true };
	expect(whatsAppOutcome(sentWhatsApp.parse({ ref_no: id }), entry).output).toMatchObject(output);
	expect(whatsAppOutcome(sentWhatsApp.parse({ ref_no: id, destination: '', sender: '', message: '', caption: '', media_url: '' }), entry).output).toMatchObject(output);
	expect(whatsAppOutcome(sentWhatsApp.parse({ ref_no: id, caption: 'Lihat', media_url: 'https://cdn.example/1' }), entry).output).toMatchObject({ text: 'Lihat', mediaUrl: 'https://cdn.example/1' });
});

test.each([
	[{ ref_no: id, status: 'F' }, 'failed', true],
	[{ ref_no: id, status: 'A' }, 'cancelled', true],
	[{ ref_no: id, status: 'X' }, 'unknown', true],
	[{ status: 'D' }, 'delivered', true],
	[{}, 'unknown', null],
])('a WhatsApp message that is known as %j was taken, whatever became of it', (row, status, accepted) => {
	expect(whatsAppOutput(whatsAppInfo.parse(row), id)).toMatchObject({ messageId: id, status, accepted });
});

test.each([
	['U', 'queued'],
	['un-sent', 'queued'],
	['UNSENT', 'queued'],
	['QUEUE', 'queued'],
	['ABORT', 'cancelled'],
	['Aborted', 'cancelled'],
	['SENT', 'sent'],
	['read', 'read'],
	['constructor', 'unknown'],
])('"%s" is %s: letters and names of both tables of the document', (written, status) => {
	expect(whatsAppStatus(written).status).toBe(status);
});

test.each([
	['REJECTED_BY_OPERATOR', 'failed'],
	['Delivery failed', 'failed'],
	['ROUTE_NOT_AVAILABLE', 'failed'],
	['INVALID_DESTINATION_ADDRESS', 'failed'],
	['Message expired', 'expired'],
	['Blocked by operator', 'blocked'],
	['IN QUEUE', 'queued'],
	// About the question and not about the message: who takes it for failed sends again what may have arrived.
	['INVALID_USER_OR_PASS', 'unknown'],
	['INVALID REF NO', 'unknown'],
	['Data not available', 'unknown'],
	['ERROR', 'unknown'],
	['GENERAL_ERROR', 'unknown'],
	['Access not allowed', 'unknown'],
	['Request failed', 'unknown'],
	['BALANCE_EXPIRED', 'unknown'],
	['IP blocked', 'unknown'],
	['not failed', 'unknown'],
	['Unprocessed', 'unknown'],
	['not blocked', 'unknown'],
])('an answer "%s" to what became of an SMS is %s: only whole words count', (written, status) => {
	expect(smsStatus(written)).toBe(status);
});

test('a refusal keeps its reason, whatever the HTTP status around it', () => {
	const reason = 'NusaSMS does not know this number (status -13, INVALID_DESTINATION_ADDRESS)';
	expect(onlyCulprit({ results: [{ status: '-13', messageid: '' }] }).get(0)).toBe(reason);
	expect(onlyCulprit('<results><result><status>-13</status></result></results>').get(0)).toBe(reason);
	expect(onlyCulprit({ error: true, message: 'No' }).get(0)).toBe('No');
	expect(onlyCulprit('').get(0)).toBe('NusaSMS gave no reason');
});

test('an answer whose rows say yes and no is none: the message may have been sent', () => {
	const both = { results: [{ status: '-5', messageid: '' }, { status: '0', messageid: id }] };
	expect(sendResult.safeParse(both).success).toBe(false);
	expect(nusaSms.refusal({ httpStatus: 200, headers: {}, body: both })).toBeUndefined();
	expect(sendResult.parse({ results: [{ status: '0', messageid: id }, { status: '0', messageid: id }] }).status).toBe('0');
});

test('a word that is no status is no refusal', () => {
	expect(['constructor', 'toString', '-5'].map(isKnownRefusal)).toEqual([false, false, true]);
});

test.each([
	[{ results: [{ status: '0', messageid: id }] }, true],
	[{ results: [{ status: '0', destination: '6281234567890' }] }, true],
	[{ results: [{ status: '0', campaign_name: 'c', group: 'Example' }] }, true],
	[{ status: 0, messageid: id }, true],
	// Elsewhere 0 is a no.
	[{ status: 0, message: 'Invalid user' }, false],
	[{ status: '0' }, false],
	[{ status: -5, message: 'Invalid user' }, true],
])('%j can be read as the answer to a send: %s', (body, isRead) => {
	expect(sendResult.safeParse(body).success).toBe(isRead);
});

test.each([
	[{ error: false, data: {} }, true],
	[{ data: {} }, true],
	[{ error: null, data: {} }, true],
	[{ error: 'Invalid API key', data: {} }, false],
	[{ error: { code: 5 }, data: {} }, false],
])('%j can be read as the answer to a question: %s', (body, isRead) => {
	expect(envelope(whatsAppInfo).safeParse(body).success).toBe(isRead);
});

test('a number beside a status that is no success is no credit', () => {
	const creditOf = (body: unknown) => creditOutput(body)['balance'];
	expect(creditOf({ results: [{ status: 'FAILED', value: '0' }] })).toBeNull();
	expect(creditOf({ status: -123, value: '7' })).toBeNull();
	expect([creditOf({ status: '0', value: '7' }), creditOf({ value: '7' }), creditOf('7'), creditOf({ status: 'Success', credits: 7 })]).toEqual([7, 7, 7, 7]);
});
