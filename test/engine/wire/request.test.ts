import type { Transport } from '../../../engine/wire/request';
import { createConnection } from '../../../engine/wire/request';
import { examplePhone } from '../examplePhoneCompany';

test.each([
	['{"id":9007199254740993,"ids":[-12345678901234567890, 1]}', { id: '9007199254740993', ids: ['-12345678901234567890', 1] }],
	['{"text":"no. 12345678901234567, \\"12345678901234567\\": 12345678901234567,","price":0.12345678901234567,"big":1.2e17}', { text: 'no. 12345678901234567, "12345678901234567": 12345678901234567,', price: 0.12345678901234567, big: 1.2e17 }],
	['not JSON 12345678901234567', 'not JSON 12345678901234567'],
])('IDs with more digits than a number holds stay whole, and texts stay texts: %s', async (text, body) => {
	const transport: Transport = async () => await Promise.resolve({ statusCode: 200, headers: {}, body: text });
	const connection = createConnection({ provider: examplePhone, credential: { baseUrl: 'https://example.test' }, transport });
	expect(await connection.request({ method: 'GET', path: '/' }, 'read')).toMatchObject({ body });
});
