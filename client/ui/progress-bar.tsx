/** A labelled bar. `value` is 0 to 1; without it the bar only says that something is going on. */
export function ProgressBar({ label, value }: { label: string; value?: number | undefined }) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div class="progress">
      <div class="progress__label">
        <span>{label}</span>
        {percent !== undefined && <span class="figure">{percent} %</span>}
      </div>
      <div
        class="progress__track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      >
        {percent === undefined ? (
          <div class="progress__bar progress__bar--indeterminate" />
        ) : (
          <div class="progress__bar" style={{ inlineSize: `${percent}%` }} />
        )}
      </div>
    </div>
  );
}
