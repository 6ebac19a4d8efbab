import { initAll } from './govuk-frontend.min.js'

initAll()

// The register works without this: here "Everyone attended" needs no round trip, and the count
// of people marked follows each tap.
const register = document.querySelector('[data-register]')

if (register && register.querySelector('[data-marked]')) {
  const people = [...register.querySelectorAll('.app-mark')]
  const counter = register.querySelector('[data-marked]')
  const isMarked = (person) => person.querySelector('input[type=radio]:checked') !== null
  const count = () => {
    counter.textContent = `${people.filter(isMarked).length} of ${people.length} marked`
  }

  register.addEventListener('change', count)
  register.querySelector('[data-everyone]')?.addEventListener('click', (event) => {
    event.preventDefault()
    for (const person of people) {
      if (!isMarked(person)) person.querySelector('input[type=radio]').checked = true
    }
    count()
  })
}
