/** The bits of a permission set that the sandbox knows (Discord's documentation, "Permissions"). */
export const PERMISSIONS = {
  kickMembers: 1n << 1n,
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useExternalEmojis: 1n << 18n,
  manageRoles: 1n << 28n,
  useApplicationCommands: 1n << 31n,
  sendMessagesInThreads: 1n << 38n,
  useExternalApps: 1n << 50n,
} as const;

export type PermissionName = keyof typeof PERMISSIONS;

const ALL = Object.values(PERMISSIONS).reduce((sum, bit) => sum | bit, 0n);

export function permissionBits(names: readonly PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | PERMISSIONS[name], 0n);
}

export interface Overwrite {
  /** A role's id (the guild's own id is @everyone), or a member's. */
  readonly id: string;
  readonly type: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
}

/**
 * What a member may do in a channel: base permissions of the roles, then the overwrites of @everyone, of the roles
 * together, and of the member (Discord's documentation, "Permission Hierarchy").
 *
 * @param roles the member's roles with @everyone's first
 */
export function effectivePermissions(
  member: { readonly id: string; readonly isOwner: boolean },
  roles: readonly { readonly id: string; readonly permissions: bigint }[],
  overwrites: readonly Overwrite[],
): bigint {
  const base = roles.reduce((sum, role) => sum | role.permissions, 0n);
  if (member.isOwner || (base & PERMISSIONS.administrator) !== 0n) return ALL;
  const [everyone, ...own] = roles;
  const ofRole = (id: string | undefined) => overwrites.filter(o => o.type === 'role' && o.id === id);
  let permissions = base;
  const apply = (layer: readonly Overwrite[]) => {
    for (const { deny } of layer) permissions &= ~deny;
    for (const { allow } of layer) permissions |= allow;
  };
  apply(ofRole(everyone?.id));
  apply(own.flatMap(role => ofRole(role.id)));
  apply(overwrites.filter(o => o.type === 'member' && o.id === member.id));
  // Who cannot see a channel, or cannot write in it, can do nothing that needs that ("Implicit Permissions").
  if ((permissions & PERMISSIONS.viewChannel) === 0n) return 0n;
  if ((permissions & PERMISSIONS.sendMessages) === 0n) {
    permissions &= ~(PERMISSIONS.mentionEveryone | PERMISSIONS.attachFiles | PERMISSIONS.embedLinks);
  }
  return permissions;
}
