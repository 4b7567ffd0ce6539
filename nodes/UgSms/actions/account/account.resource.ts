import { resource } from '../../../../engine/operation';
import { get } from './get.operation';

export const accountResource = resource('Account', 'account', { get });
