import type { IAuthenticateRuleResponseCode, ICredentialTestRequest, ICredentialType, INodeProperties, Icon, ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

export class NusaSmsApi implements ICredentialType {
	name = 'nusaSmsApi';

	displayName = 'NusaSMS API';

	icon: Icon = { light: 'file:../nodes/NusaSms/nusaSms.svg', dark: 'file:../nodes/NusaSms/nusaSms.dark.svg' };

	documentationUrl = 'https://api-doc.nusasms.com';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{ name: 'Production', value: 'production', description: 'Api.nusasms.com: messages are sent and charged' },
				{ name: 'Development (Test)', value: 'development', description: 'Dev.nusasms.com: nothing is really sent. Its API key is DEV_TESTING_API_KEY.' },
			],
			default: 'production',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'WhatsApp and the account need it',
			hint: 'You make it at <a href="https://app.nusasms.com" target="_blank">app.nusasms.com</a> under Account > User management',
		},
		{
			displayName: 'SMS Username',
			name: 'username',
			type: 'string',
			default: '',
			description: 'The user name of the SMS API. Only SMS need it.',
		},
		{
			displayName: 'SMS Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The password of the SMS API. NusaSMS takes it in the address of its SMS calls, as documented; it is shown nowhere.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://api.nusasms.com',
			description: 'Used instead of the environment above. Fill it in only for a test server or a proxy.',
			hint: 'A test that says ENOTFOUND, ECONNREFUSED, ETIMEDOUT or ERR_INVALID_URL did not reach this host: check its spelling, with https:// in front, and the network of your n8n',
		},
	];

	// "API Key (APIKey), Parameter Name: APIKey, in: header"
	/** A function, since expressions end when n8n has answered a call, and a confirmation leaves after that. */
	async authenticate(credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		return await Promise.resolve({ ...request, headers: { ...request.headers, APIKey: ((credential['apiKey'] ?? '') as string).trim() } });
	}

	// "Get user data using API Key": the cheapest request that needs a valid key.
	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{($credentials.baseUrl || "").trim().replace(new RegExp("/+$"), "").replace(new RegExp("/nusasms_api/1\\\\.0$"), "") || ' +
				'($credentials.environment === "development" ? "https://dev.nusasms.com" : "https://api.nusasms.com")}}',
			url: '/nusasms_api/1.0/auth/api_key',
			// As the node does: to somewhere else the key would go along.
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseCode', properties: { value: 401,
				message: 'NusaSMS did not accept the API key. Check it under Account > User management at app.nusasms.com, and that the Environment is the one that it was made for' } },
			{ type: 'responseCode', properties: { value: 403,
				message: 'NusaSMS did not accept the API key, or does not let this address in. Check Account > User management and Account > IP Whitelist at app.nusasms.com' } },
			{ type: 'responseCode', properties: { value: 404, message: 'Nothing of NusaSMS answers at the Base URL. Check its spelling, and whether a proxy stands between' } },
			{ type: 'responseSuccessBody', properties: { key: 'error', value: true, message: 'NusaSMS did not accept the API key. Check it under Account > User management at app.nusasms.com' } },
		] as IAuthenticateRuleResponseCode[],
	};
}
