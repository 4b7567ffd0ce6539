import type { IAuthenticateRuleResponseCode, ICredentialTestRequest, ICredentialType, INodeProperties, Icon, ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

export class BestSmsApi implements ICredentialType {
	name = 'bestSmsApi';

	displayName = 'BestSMS API';

	icon: Icon = { light: 'file:../nodes/BestSms/bestSms.svg', dark: 'file:../nodes/BestSms/bestSms.dark.svg' };

	documentationUrl = 'https://bestsms.au/Docs/RestAPI';

	properties: INodeProperties[] = [
		{
			displayName: 'Auth Token',
			name: 'authToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The token of a user with API access',
			hint: 'A long text that begins with "eyJ". You find it in the dashboard at <a href="https://bestsms.au" target="_blank">bestsms.au</a>, or get it from BestSMS.',
		},
		{
			displayName: 'Webhook Sender',
			name: 'webhookSender',
			type: 'string',
			default: '',
			placeholder: 'e.g. name@email.com',
			description: 'What BestSMS calls "Sender" in its webhooks. Only the BestSMS Trigger needs it: calls that do not carry it are refused.',
		},
		{
			displayName: 'Webhook API Key',
			name: 'webhookApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'What BestSMS calls "APIKey" in its webhooks. Only the BestSMS Trigger needs it: calls that do not carry it are refused.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.bestsms.com.au',
			description: 'Change it only for a test server or a proxy',
			hint: 'A test that says ENOTFOUND, ECONNREFUSED, ETIMEDOUT or ERR_INVALID_URL did not reach this host: check its spelling, with https:// in front, and the network of your n8n',
		},
	];

	// `Authorization="Basic [Auth Token]"`: the token as it is, and not a user name and password in base64. Whoever copies the whole header pastes "Basic" too.
	/** A function, since expressions end when n8n has answered a call, and a confirmation leaves after that. */
	async authenticate(credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const token = ((credential['authToken'] ?? '') as string).trim().replace(/^Basic\s+/i, '');
		return await Promise.resolve({ ...request, headers: { ...request.headers, Authorization: `Basic ${token}` } });
	}

	// Sending may not check the token at all (https://help.tnz.co.nz/help/tnz-api-errors), and the address book is not enabled for everybody.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.trim().replace(new RegExp("/+$"), "")}}',
			url: '/api/v2.03/get/sms/received',
			qs: { timePeriod: 1 },
			headers: { Accept: 'application/json' },
			// As the node does: a token that works only elsewhere is not green here.
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseCode', properties: { value: 401, message: 'BestSMS did not accept the Auth Token. Check that it is whole: it begins with eyJ and has no blanks or line breaks in it' } },
			{ type: 'responseCode', properties: { value: 403, message: 'BestSMS did not accept the Auth Token. Check that it belongs to a user with API access' } },
			{ type: 'responseCode', properties: { value: 404, message: 'Nothing of BestSMS answers at the Base URL. Check its spelling, and whether a proxy stands between' } },
			{ type: 'responseSuccessBody', properties: { key: 'Result', value: 'Unauthorized', message: 'BestSMS did not accept the Auth Token' } },
			{ type: 'responseSuccessBody', properties: { key: 'Result', value: 'Failed', message: 'BestSMS did not accept the Auth Token' } },
		] as IAuthenticateRuleResponseCode[],
	};
}
