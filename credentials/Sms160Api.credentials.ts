import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties, ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

export class Sms160Api implements ICredentialType {
	name = 'sms160Api';

	displayName = '160.com.au API';

	icon: Icon = { light: 'file:../nodes/Sms160/sms160.svg', dark: 'file:../nodes/Sms160/sms160.dark.svg' };

	documentationUrl = 'https://160.com.au/developer-sms-api';

	properties: INodeProperties[] = [
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			description: 'The user name of your 160.com.au account',
		},
		{
			displayName: 'SMS Secret',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The secret of the SMS API, not the password of your login',
			hint: 'You make it at <a href="https://160.com.au" target="_blank">160.com.au</a> under Profile. It is not the password of your login.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.160.com.au',
			description: 'Change it only for a test server or a proxy',
			hint: 'A test that says ENOTFOUND, ECONNREFUSED, ETIMEDOUT or ERR_INVALID_URL did not reach this host: check its spelling, with https:// in front, and the network of your n8n',
		},
	];

	/** A function, since expressions end when n8n has answered a call, and a confirmation leaves after that. */
	async authenticate(credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const { username, password } = credential as Record<string, string>;
		return await Promise.resolve({ ...request, auth: { username: username ?? '', password: password ?? '' } });
	}

	// "A method to get balance": the cheapest request that needs a valid credential.
	test: ICredentialTestRequest = {
		// As the node does: no redirect takes the credential along.
		request: { baseURL: '={{$credentials.baseUrl.trim().replace(new RegExp("/+$"), "")}}', url: '/v1/info', disableFollowRedirect: true },
		rules: [
			{ type: 'responseCode', properties: { value: 401,
				message: '160.com.au did not accept Username and SMS Secret. Check the secret under Profile at 160.com.au: it is not the password of your login' } },
			{ type: 'responseCode', properties: { value: 404, message: 'Nothing of 160.com.au answers at the Base URL. Check its spelling, and whether a proxy stands between' } },
		],
	};
}
