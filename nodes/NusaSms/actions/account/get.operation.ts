import { itemOperation } from '../../../../engine/operation';
import { z } from '../../../../engine/wire/schema';
import { columns } from '../../../../engine/output/message';
import { others } from '../../../../engine/output/records';
import { envelope, words } from '../../messages';
import { apiPath } from '../../provider';

/** GET /auth/api_key: "Get user data using API Key". */
export const get = itemOperation({
	label: 'Get',
	action: 'Get the account',
	description: 'Get the user and the client that the API key belongs to',
	effect: 'read',
	fields: {},
	request: () => ({ method: 'GET', path: `${apiPath}/auth/api_key` }),
	response: envelope(z.object({ userid: words, idPerson: words, idClient: words }).passthrough()),
	output: ({ userid: userId, idPerson: personId, idClient: clientId, ...rest }) => columns({ userId, personId, clientId, ...others(rest, []) }),
});
