import { resource } from '../../../../engine/operation';
import { generate } from './generate.operation';
import { regenerate } from './regenerate.operation';
import { revoke } from './revoke.operation';

export const apiKeyResource = resource('API Key', 'apiKey', { generate, regenerate, revoke });
