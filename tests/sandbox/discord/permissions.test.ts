import { expect, it } from 'vitest';
import {
  effectivePermissions,
  type Overwrite,
  PERMISSIONS,
  type PermissionName,
  permissionBits,
} from '../../../src/sandbox/discord/permissions.ts';

const everyone = { id: 'guild', permissions: permissionBits(['viewChannel', 'sendMessages', 'attachFiles']) };
const moderators = { id: 'moderators', permissions: permissionBits(['manageMessages']) };
const member = { id: 'me', isOwner: false };

function overwrite(
  id: string,
  type: Overwrite['type'],
  names: { allow?: PermissionName[]; deny?: PermissionName[] },
): Overwrite {
  return { id, type, allow: permissionBits(names.allow ?? []), deny: permissionBits(names.deny ?? []) };
}

it('adds what roles grant', () => {
  const granted = effectivePermissions(member, [everyone, moderators], []);
  expect(granted).toBe(everyone.permissions | moderators.permissions);
});

it("lets a role's overwrite win over that of everyone, and the member's over both", () => {
  const closed = overwrite('guild', 'role', { deny: ['attachFiles'] });
  const opened = overwrite('moderators', 'role', { allow: ['attachFiles'] });
  const barred = overwrite('me', 'member', { deny: ['attachFiles'] });
  const mayAttach = (...overwrites: Overwrite[]) =>
    (effectivePermissions(member, [everyone, moderators], overwrites) & PERMISSIONS.attachFiles) !== 0n;
  expect(mayAttach()).toBe(true);
  expect(mayAttach(closed)).toBe(false);
  expect(mayAttach(opened, closed)).toBe(true);
  expect(mayAttach(opened, closed, barred)).toBe(false);
});

it('takes everything from who cannot see the channel, and attachments from who cannot write there', () => {
  const hidden = overwrite('guild', 'role', { deny: ['viewChannel'] });
  expect(effectivePermissions(member, [everyone], [hidden])).toBe(0n);
  const mute = overwrite('guild', 'role', { deny: ['sendMessages'] });
  expect(effectivePermissions(member, [everyone], [mute])).toBe(PERMISSIONS.viewChannel);
});

it('grants all to the owner and to administrators, whatever the overwrites', () => {
  const hidden = overwrite('guild', 'role', { deny: ['viewChannel'] });
  const administrators = { id: 'administrators', permissions: PERMISSIONS.administrator };
  const owner = effectivePermissions({ id: 'me', isOwner: true }, [everyone], [hidden]);
  expect(owner & PERMISSIONS.manageGuild).toBe(PERMISSIONS.manageGuild);
  expect(effectivePermissions(member, [everyone, administrators], [hidden])).toBe(owner);
});
