import type { Icon, ICredentialTestRequest, ICredentialType, INodeProperties, ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

export class MobileMessageApi implements ICredentialType {
	name = 'mobileMessageApi';

	displayName = 'Mobile Message API';

	icon: Icon = { light: 'file:../nodes/MobileMessage/mobileMessage.svg', dark: 'file:../nodes/MobileMessage/mobileMessage.dark.svg' };

	documentationUrl = 'https://mobilemessage.com.au/api';

	properties: INodeProperties[] = [
		{
			displayName: 'API Username',
			name: 'username',
			type: 'string',
			default: '',
			required: true,
			description: 'The user name of the API, not of your login',
			hint: 'You find it at <a href="https://mobilemessage.com.au" target="_blank">mobilemessage.com.au</a> under Settings > API, with its password. It is not your login.',
		},
		{
			displayName: 'API Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The webhook secret of your account settings, if you set one. The trigger then refuses calls that are not signed with it.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.mobilemessage.com.au',
			description: 'Change it only for a test server or a proxy',
			hint: 'A test that says ENOTFOUND, ECONNREFUSED, ETIMEDOUT or ERR_INVALID_URL did not reach this host: check its spelling, with https:// in front, and the network of your n8n',
		},
	];

	/** A function, since expressions end when n8n has answered a call, and a confirmation leaves after that. */
	async authenticate(credential: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		const { username, password } = credential as Record<string, string>;
		return await Promise.resolve({ ...request, auth: { username: username ?? '', password: password ?? '' } });
	}

	// "No extra parameters are required" (Account Credit Balance): the cheapest request that needs a valid credential.
	test: ICredentialTestRequest = {
		// As the node does: no redirect takes the credential along.
		request: { baseURL: '={{$credentials.baseUrl.trim().replace(new RegExp("/+$"), "")}}', url: '/v1/account', disableFollowRedirect: true },
		rules: [
			{ type: 'responseCode', properties: { value: 401, message: 'Mobile Message did not accept the API Username and API Password. Check both under Settings > API: they are not those of your login' } },
			// "Account not found or no credit balance available." has the same HTTP status as a wrong address.
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Either Mobile Message finds no account or no credits for this API Username, '
						+ 'or nothing of Mobile Message answers at the Base URL. Check its spelling, and whether a proxy stands between',
				},
			},
		],
	};
}
