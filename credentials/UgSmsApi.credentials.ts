import type {
	IAuthenticateRuleResponseCode,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestMethods,
	IHttpRequestOptions,
	INodeProperties,
	ICredentialDataDecryptedObject,
} from 'n8n-workflow';

const isPassword = '$credentials.authentication === "password"';
/** What says nothing about a text or number that is missing. */
const otherStatuses = '[401, 402, 403, 404, 405, 408, 419, 429, 500, 502, 503, 504]';

export class UgSmsApi implements ICredentialType {
	name = 'ugSmsApi';

	displayName = 'UGSMS API';

	icon: Icon = { light: 'file:../nodes/UgSms/ugSms.svg', dark: 'file:../nodes/UgSms/ugSms.dark.svg' };

	documentationUrl = 'https://ugsms.com/documentation';

	properties: INodeProperties[] = [
		{
			displayName: 'Sign In With',
			name: 'authentication',
			type: 'options',
			options: [
				{ name: 'API Key (V2)', value: 'apiKey', description: 'Made in the UGSMS dashboard under Settings > API Settings. Recommended: it can also ask for the balance.' },
				{ name: 'Username and Password (V1)', value: 'password', description: 'The older API. It can only send.' },
			],
			default: 'apiKey',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'You make it in the dashboard at <a href="https://ugsms.com" target="_blank">ugsms.com</a> under Settings > API Settings',
			displayOptions: { show: { authentication: ['apiKey'] } },
		},
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { authentication: ['password'] } },
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'UGSMS has nothing that only checks a password. The test asks to send no text to no number, so that nothing can be sent, and looks whether the sign-in is refused.',
			displayOptions: { show: { authentication: ['password'] } },
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://ugsms.com',
			description: 'Change it only for a test server or a proxy',
			hint: 'A test that says ENOTFOUND, ECONNREFUSED, ETIMEDOUT or ERR_INVALID_URL did not reach this host: check its spelling, with https:// in front, and the network of your n8n',
		},
	];

	// "Provide X-API-Key header or api_key parameter". With a password the node puts it into the body of each request.
	/** A function, since expressions end when n8n has answered a call, and a confirmation leaves after that. */
	async authenticate(credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const key = credential['authentication'] === 'password' ? '' : ((credential['apiKey'] ?? '') as string).trim();
		return await Promise.resolve({ ...request, headers: { ...request.headers, 'X-API-Key': key } });
	}

	// The balance is the cheapest request that needs a valid key. v1 can only send: without number and text there is nothing to
	// send, and what it says is about the sign-in (401) or about what is missing (another 4xx, by which the sign-in was good).
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.baseUrl.trim().replace(new RegExp("/+$"), "") }}',
			url: `={{ ${isPassword} ? "/v1/sms/send" : "/api/v2/account/balance" }}`,
			method: `={{ ${isPassword} ? "POST" : "GET" }}` as IHttpRequestMethods,
			headers: { Accept: 'application/json' },
			body: `={{ ${isPassword} ? { username: $credentials.username, password: $credentials.password } : undefined }}`,
			ignoreHttpStatusErrors: `={{ ${isPassword} ? { ignore: true, except: ${otherStatuses} } : false }}` as unknown as IHttpRequestOptions['ignoreHttpStatusErrors'],
			disableFollowRedirect: true,
		},
		rules: [
			{ type: 'responseCode', properties: { value: 401, message: 'UGSMS did not accept the API key, or the user name and password. A key is made under Settings > API Settings in the UGSMS dashboard' } },
			{ type: 'responseCode', properties: { value: 404, message: 'Nothing of UGSMS answers at the Base URL. Check its spelling, and whether a proxy stands between' } },
			// n8n before version 2 looks at no status once one is ignored; this is the documented text of a refused sign-in.
			{ type: 'responseSuccessBody', properties: { key: 'error', value: 'Unauthorized.', message: 'UGSMS did not accept the user name and password' } },
		] as IAuthenticateRuleResponseCode[],
	};
}
