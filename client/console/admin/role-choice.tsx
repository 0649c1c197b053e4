import { CONSOLE_ROLES, type ConsoleRole } from '../../../protocol/rest.ts';
import { t } from '../../i18n/t.ts';
import { RadioGroup } from '../../ui/radio.tsx';

/** Which role, each with what it may do. */
export function RoleChoice({
  role,
  onRole,
  disabled = false,
}: {
  role: ConsoleRole;
  onRole: (role: ConsoleRole) => void;
  disabled?: boolean;
}) {
  return (
    <RadioGroup
      legend={t('console.users.role')}
      options={CONSOLE_ROLES.map((value) => ({
        value,
        label: t(`console.users.roles.${value}`),
        hint: t(`console.users.rights.${value}`),
      }))}
      value={role}
      onValue={onRole}
      disabled={disabled}
    />
  );
}
