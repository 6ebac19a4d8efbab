// Compiles the styles and copies what pages load into ../static.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import * as sass from 'sass'

const target = new URL('../static/', import.meta.url)
mkdirSync(target, { recursive: true })

const styles = sass.compile('app.scss', {
  loadPaths: ['node_modules/govuk-frontend/dist/govuk', 'node_modules'],
  style: 'compressed',
  quietDeps: true
})
writeFileSync(new URL('app.css', target), styles.css)

copyFileSync(
  'node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js',
  new URL('govuk-frontend.min.js', target)
)
for (const file of ['app.js', 'icon.svg']) copyFileSync(file, new URL(file, target))
