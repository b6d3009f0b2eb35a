import { html, type TemplateResult } from 'lit';

/** An icon of 16 x 16 in the text's colour. It says nothing to a screen reader: what it stands beside, or its button, has the name. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${shapes[name]}></path></svg>`;
}

export type IconName = keyof typeof shapes;

/** Strokes of 1.2 on a grid of 16. A zero-length stroke is a dot. */
const shapes = {
  add: 'M8 3.2v9.600M3.2 8h9.6',
  arrowDown: 'M8 3v10M4.5 9.5 8 13l3.5-3.5',
  arrowUp: 'M8 13V3M4.5 6.5 8 3l3.5 3.5',
  book: 'M8 4.200C6.4 3.1 4.4 2.8 2.2 3v9.300c2.2-.2 4.2.1 5.8 1.2 1.6-1.1 3.6-1.4 5.8-1.200V3c-2.2-.2-4.2.1-5.8 1.200zv9.3',
  check: 'M3.2 8.4 6.4 11.6 12.8 4.6',
  chevronDown: 'M3.6 6 8 10.4 12.4 6',
  chevronLeft: 'M10 3.6 5.6 8 10 12.4',
  chevronRight: 'M6 3.6 10.4 8 6 12.4',
  chevronUp: 'M3.6 10 8 5.6 12.4 10',
  close: 'M4 4l8 8M12 4l-8 8',
  compare: 'M2.5 3h4v10h-4zM9.5 3h4v10h-4z',
  copy: 'M5.5 5.500h7.500v8H5.500zM10.5 5.500V2.500H3v8h2.5',
  cross: 'M4.5 4.500l7 7M11.5 4.500l-7 7',
  dash: 'M4 8h8',
  dashboard: 'M2.5 2.500v11h11M5 10.500l2.6-3.3 2.2 1.8 3.2-4.5',
  eye: 'M1.8 8C3.4 5.2 5.5 3.8 8 3.800s4.6 1.4 6.2 4.200c-1.6 2.8-3.7 4.2-6.2 4.200S3.4 10.8 1.8 8zM8 6.200a1.8 1.8 0 1 0 .01 0z',
  eyeOff: 'M1.8 8C3.4 5.2 5.5 3.8 8 3.800s4.6 1.4 6.2 4.200c-1.6 2.8-3.7 4.2-6.2 4.200S3.4 10.8 1.8 8zM3 13 13 3',
  export: 'M8 10.200V2.400M5 5.200l3-2.9 3 2.900M2.6 10.800v2.700h10.800v-2.7',
  external: 'M9.5 2.800h3.700v3.700M13 3 7.6 8.400M11.5 9v4.200H2.800V4.500H7',
  file: 'M4 2.200h5.200L12.2 5.200v8.600H4zM9.2 2.200v3h3',
  filter: 'M2.5 3.500h11L9.5 8.200v4.300l-3-1.200V8.200z',
  flag: 'M4 13.800V2.600h8.200L10 5.600l2.2 3H4',
  folder: 'M2 4h4.200l1.5 1.800H14v7.200H2z',
  help: 'M6 6.200a2 2 0 1 1 2.8 1.900c-.6.3-.8.7-.8 1.400M8 11.800v.01M8 1.800a6.2 6.2 0 1 0 .01 0z',
  import: 'M8 2.400v7.800M5 7.300l3 2.9 3-2.900M2.6 10.800v2.700h10.800v-2.7',
  info: 'M8 7.200v4M8 4.800v.01M8 1.800a6.2 6.2 0 1 0 .01 0z',
  keyboard: 'M1.8 4h12.400v8H1.800zM4.4 6.600v.01M7 6.600v.01M9.6 6.600v.01M11.8 6.600v.01M5 9.500h6',
  link: 'M6.8 9.200a2.4 2.4 0 0 0 3.4 0l2.3-2.300a2.4 2.4 0 0 0-3.4-3.400L8 4.600M9.2 6.800a2.4 2.4 0 0 0-3.4 0L3.5 9.100a2.4 2.4 0 0 0 3.4 3.400L8 11.4',
  map: 'M2.5 4.500h4M2.5 11.500h4M9.5 4.500h4M9.5 11.500h4M6.5 4.500c2 0 1 7 3 7M6.5 11.500c2 0 1-7 3-7',
  more: 'M3.6 8v.01M8 8v.01M12.4 8v.01',
  note: 'M3 2.800h10v7L9.8 13.200H3zM13 9.800H9.800v3.400M5.2 5.600h5.600M5.2 8h3',
  panelLeft: 'M2 3h12v10H2zM6.5 3v10',
  person: 'M8 2.600a2.6 2.6 0 1 0 .01 0zM3 13.600c.4-2.8 2.1-4.2 5-4.200s4.6 1.4 5 4.2',
  picture: 'M2.2 3h11.600v10H2.200zM2.6 11.600l3.4-3.8 2.6 2.7 1.8-1.7 3 2.800M10.6 5.800v.01',
  play: 'M5 3.200v9.600L12.6 8z',
  plug: 'M6 2.200v3M10 2.200v3M4 5.200h8v2.300a4 4 0 0 1-8 0zM8 11.500v2.7',
  raw: 'M5.2 4.2 1.8 8l3.4 3.800M10.8 4.2 14.2 8l-3.4 3.800M9 3.200l-2 9.6',
  redo: 'M12.8 3v3.800H9M12.6 6.600A5 5 0 1 0 13 10',
  refresh: 'M12.9 6.300A5.2 5.2 0 0 0 3.3 6M3.1 9.700a5.2 5.2 0 0 0 9.6.3M13.2 2.800v3.500H9.700M2.8 13.200V9.700h3.5',
  search: 'M6.8 2.600a4.2 4.2 0 1 0 .01 0zM9.9 10 13.6 13.6',
  settings: 'M2 5h6.400M12 5h2M10.2 3.200a1.8 1.8 0 1 0 .01 0zM2 11h2M7.6 11H14M5.8 9.200a1.8 1.8 0 1 0 .01 0z',
  stop: 'M4 4h8v8H4z',
  swap: 'M2.5 5.500h10M9.7 2.700l2.8 2.8-2.8 2.800M13.5 10.500h-10M6.3 7.700l-2.8 2.8 2.8 2.8',
  undo: 'M3.2 3v3.800H7M3.4 6.600A5 5 0 1 1 3 10',
  warning: 'M8 2.3 14.3 13.400H1.700zM8 6.500v3.200M8 11.500v.01',
} as const;
