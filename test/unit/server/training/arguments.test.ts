import { describe, expect, test } from 'vitest';
import { readArguments } from '../../../../server/training/arguments.ts';

describe('arguments of the training command', () => {
  test('have defaults', () => {
    expect(readArguments(['simulate', '--images', 'faces'])).toMatchObject({
      images: 'faces',
      shift: 'dark-kiosk',
      workers: 2,
      part: 'tail',
      seed: 1,
    });
    expect(readArguments(['simulate', '--images', 'faces', '--full'])?.part).toBe('full');
    expect(readArguments(['--help'])).toBeUndefined();
  });

  test.each([
    [['simulate'], '--images needs a folder'],
    [['--images', 'faces'], 'Say what to do'],
    [['simulate', '--images', 'faces', '--shift', 'fog'], 'dark-kiosk or far-corridor'],
    [['simulate', '--images', 'faces', '--workers', '0'], '--workers takes 1 to 16'],
    [['simulate', '--images', 'faces', '--rounds', 'many'], '--rounds takes a whole number'],
    [['simulate', '--images', 'faces', '--tail', '--full'], 'not both'],
    [['simulate', '--images', 'faces', '--epochs', '3'], '--epochs'],
  ])('%j is refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
