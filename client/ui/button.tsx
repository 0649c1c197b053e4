import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type ButtonProps = Omit<ButtonHTMLAttributes, 'icon' | 'size' | 'loading' | 'class'> & {
  variant?: 'primary' | 'secondary' | 'danger' | 'quiet';
  size?: 'normal' | 'large';
  icon?: IconName;
  class?: string;
  /** Shows a spinner and refuses presses; the words stay, so that nothing jumps. */
  busy?: boolean;
  children?: ComponentChildren;
};

/** A button. Without children it shows only its icon and needs an `aria-label`. */
export function Button({
  variant = 'secondary',
  size = 'normal',
  icon,
  busy = false,
  class: extra,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const classes = ['button', `button--${variant}`];
  if (size === 'large') classes.push('button--large');
  if (children === undefined) classes.push('button--icon');
  if (extra) classes.push(extra);
  return (
    <button
      type="button"
      {...rest}
      class={classes.join(' ')}
      aria-busy={busy}
      disabled={busy || Boolean(disabled)}
    >
      {busy ? <Icon name="loading" spin /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
