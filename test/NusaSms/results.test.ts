/** What the SMS calls and commands may answer: two documented formats, and what no document shows. */
import { envelope, envelopeOfSuccess, sentWhatsApp } from '../../nodes/NusaSms/messages';
import { rawOf, resultRows, sendResult, statusIn } from '../../nodes/NusaSms/results';
import { isKnownRefusal, refusalOf } from '../../nodes/NusaSms/statuses';

// The samples of "Send Plain" and "Send Group", to the letter.
const samples: Array<[string, unknown, Record<string, string>]> = [
	[
		'XML',
		'<?xml version="1.0" encoding="UTF-8"?> <results> <result> <status>0</status> <messageid>175041319203754627</messageid> <destination>6285100803380</destination> </result> </results>',
		{ status: '0', messageid: '175041319203754627', destination: '6285100803380' },
	],
	['JSON', { results: [{ status: '0', messageid: '175041319203754627', destination: '628510080XXXX' }] }, { status: '0', messageid: '175041319203754627', destination: '628510080XXXX' }],
	[
		'XML, refused',
		'<?xml version="1.0" encoding="UTF-8"?> <results> <result> <status>-5</status> <messageid></messageid> <destination>6285100803380</destination> </result> </results>',
		{ status: '-5', messageid: '', destination: '6285100803380' },
	],
	['JSON, refused', { results: [{ status: '-13', messageid: '', destination: '6285100803380' }] }, { status: '-13', messageid: '', destination: '6285100803380' }],
	[
		'XML of a group',
		'<?xml version="1.0" encoding="UTF-8"?> <results> <result> <status>-55</status> <campaign_name>Group-Api-Campaign-cf27252-5101</campaign_name> <group>Example</group> </result> </results>',
		{ status: '-55', campaign_name: 'Group-Api-Campaign-cf27252-5101', group: 'Example' },
	],
];

test.each(samples)('%s', (_, body, row) => {
	expect(resultRows(body)).toEqual([row]);
	expect(sendResult.parse(body)).toEqual({ row, status: row['status'] });
});

test.each<[unknown, Array<Record<string, string>>]>([
	[{ status: -5 }, [{ status: '-5' }]],
	[[{ Status: 0, MessageID: '1' }], [{ status: '0', messageid: '1' }]],
	[{ results: { result: { status: '0' } } }, [{ status: '0' }]],
	['<result><status>0</status></result>', [{ status: '0' }]],
	['<results><result><status>0</status></result><result><status>-1</status></result></results>', [{ status: '0' }, { status: '-1' }]],
	[1500, [{ value: '1500' }]],
	[-5, [{ value: '-5' }]],
	['DELIVERED', [{ value: 'DELIVERED' }]],
	['Not delivered', [{ value: 'Not delivered' }]],
	['<!DOCTYPE html><title>Down for maintenance</title>', []],
	['<results><result><status>0', []],
	['We are sorry! Something went wrong: please call us', []],
	['', []],
	[undefined, []],
	[null, []],
	[{ results: [] }, []],
])('%j is read as %j', (body, rows) => {
	expect(resultRows(body)).toEqual(rows);
});

test('a bare negative number is a status, a balance under its name is none', () => {
	expect(statusIn({ value: '-5' })).toBe('-5');
	expect(statusIn({ value: '-5', expireddate: '2019-08-24' })).toBeUndefined();
	expect(statusIn({ value: '1500' })).toBeUndefined();
	expect(statusIn({ value: '-1500' })).toBeUndefined();
});

test('a send that is answered without a status cannot be read', () => {
	for (const body of ['OK', '<html/>', {}, { error: false }, 175041319203754, undefined]) expect(sendResult.safeParse(body).success).toBe(false);
});

test('what is shown as raw loses nothing', () => {
	expect(rawOf({ a: 1 })).toEqual({ a: 1 });
	expect([rawOf('<a b="1"/>'), rawOf(5), rawOf([1]), rawOf(undefined)]).toEqual([{ body: '<a b="1"/>' }, { body: '5' }, { body: '[1]' }, { body: '' }]);
});

// "Response Status" and "Failed Response".
const documented = [-1, -2, -3, -5, -6, -7, -10, -11, -12, -13, -22, -23, -26, -27, -28, -30, -33, -34, -40, -55, -77, -78, -88, -99].map(String);

test.each(documented)('status %s has its own text, with its number, and says what to do', (status) => {
	const { reason, advice } = refusalOf(status);
	expect(isKnownRefusal(status)).toBe(true);
	expect(reason).toMatch(new RegExp(`^[A-Z].{15,} \\(status ${status}[,)]`));
	expect(advice).toMatch(/^[A-Z].{15,}\.$/);
	// The provider's names for them hold these words; ours do not.
	expect(reason.replace(/\(status .*/, '') + advice).not.toMatch(/\b(errors?|problems?|failures?|mistakes?)\b/i);
});

test('credits, password, expiry and address concern the account, and the address says where to add it', () => {
	expect(documented.filter((status) => refusalOf(status).account)).toEqual(['-2', '-5', '-7', '-40']);
	expect(refusalOf('-40').advice).toContain('Account > IP Whitelist at app.nusasms.com');
});

test('a status that no document has passes with its number', () => {
	expect(isKnownRefusal('-123')).toBe(false);
	expect(refusalOf('-123')).toEqual({ reason: 'NusaSMS answered with status -123, which its document does not explain', advice: 'Ask NusaSMS what this status means.', account: false });
});

test.each([
	[{ error: false, data: { ref_no: '1' } }, true],
	[{ error: 'false', data: {} }, true],
	[{ error: 0, data: {} }, true],
	[{ data: { ref_no: '1' } }, false],
	[{ error: null, data: {} }, false],
	[{ error: 'Insufficient balance', data: {} }, false],
	[{}, false],
])('"error=false on the json response is success request": %j is one: %s', (body, isRead) => {
	expect([envelope(sentWhatsApp, { isSend: true }), envelopeOfSuccess].map((schema) => schema.safeParse({ data: {}, ...body }).success)).toEqual([isRead, isRead]);
});
