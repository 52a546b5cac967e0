// Compiles the pair, written in CQL, once for FHIR resources and once for plain values. Then answers each line of
// standard input, {"over": "fhir" or "values", "times": n, "codes": [...]}, by checking n times, and prints the
// seconds that took and what was found.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// The packages stand in a cache, not beside this file.
const [here, folder] = process.argv.slice(2)
const require = createRequire(pathToFileURL(`${folder}/package.json`))
const load = (name) => import(pathToFileURL(`${folder}/node_modules/${name}`))
const compiler = await load('@cqframework/cql/cql-to-elm.mjs')
const cql = require('cql-execution')
const fhir = require('cql-exec-fhir')

const MODEL = 'cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml'
const simple = ['Boolean', 'Integer', 'Long', 'Decimal', 'String', 'Date', 'DateTime', 'Time']
const classes = {
  Quantity: { value: 'Decimal', unit: 'String' },
  Ratio: { numerator: 'Quantity', denominator: 'Quantity' },
  Code: { code: 'String', system: 'String', version: 'String', display: 'String' },
  Concept: { display: 'String' },
  Vocabulary: { id: 'String', version: 'String', name: 'String' },
  CodeSystem: { id: 'String', version: 'String', name: 'String' },
  ValueSet: { id: 'String', version: 'String', name: 'String' },
}
const types = [
  '<m:typeInfo xsi:type="m:SimpleTypeInfo" name="Any"/>',
  ...simple.map((name) => `<m:typeInfo xsi:type="m:SimpleTypeInfo" name="${name}" baseType="System.Any"/>`),
  ...Object.entries(classes).map(([name, parts]) => {
    const elements = Object.entries(parts).map(([part, type]) => `<m:element name="${part}" elementType="System.${type}"/>`)
    const codes = '<m:element name="codes"><m:elementTypeSpecifier xsi:type="m:ListTypeSpecifier" elementType="System.Code"/></m:element>'
    const all = name === 'Concept' ? [codes, ...elements] : elements
    return `<m:typeInfo xsi:type="m:ClassInfo" name="${name}" baseType="System.Any">${all.join('')}</m:typeInfo>`
  }),
]
const model = `<m:modelInfo name="System" version="1.0.0" url="urn:hl7-org:elm-types:r1" targetQualifier="system" xmlns:m="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${types.join('')}</m:modelInfo>`

function compile(words) {
  const models = new compiler.ModelManager()
  const known = { System: model, FHIR: readFileSync(`${folder}/node_modules/${MODEL}`, 'utf8') }
  const provider = (id) => (id in known ? compiler.stringAsSource(known[id]) : null)
  models.modelInfoLoader.registerModelInfoProvider(compiler.createModelInfoProvider(provider))
  const translator = compiler.CqlTranslator.fromText(words, new compiler.LibraryManager(models))
  const elm = JSON.parse(translator.toJson())
  const faults = (elm.library.annotation ?? []).filter((each) => each.errorSeverity === 'error')
  if (faults.length) throw new Error(faults.map((each) => each.message).join('; '))
  return elm
}

const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm'
const terms = new cql.CodeService({})
const library = (name) => new cql.Library(compile(readFileSync(`${here}/${name}`, 'utf8')))

const fhirSource = fhir.PatientSource.FHIRv401()
const fhirExecutor = new cql.Executor(library('pair_over_fhir.cql'), terms)

async function checkFhir(bundle) {
  fhirSource.reset()
  fhirSource.loadBundles([bundle])
  const { patientResults } = await fhirExecutor.exec(fhirSource)
  return Object.values(patientResults)[0].Card
}

const valuesLibrary = library('pair_over_values.cql')
const nobody = new cql.PatientSource([])

async function checkValues(medications) {
  const executor = new cql.Executor(valuesLibrary, terms, { Medications: medications })
  return (await executor.exec(nobody)).unfilteredResults.Card
}

const order = (code, place) => ({
  resource: {
    resourceType: 'MedicationRequest',
    id: `order-${place}`,
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/one' },
    medicationCodeableConcept: { coding: [{ system: rxnorm, code }] },
  },
})
const patient = { resource: { resourceType: 'Patient', id: 'one', birthDate: '1954-01-01' } }
const ways = {
  fhir: [checkFhir, (codes) => ({ resourceType: 'Bundle', type: 'collection', entry: [patient, ...codes.map(order)] })],
  values: [checkValues, (codes) => codes.map((code) => ({ code: new cql.Code(code, rxnorm), status: 'active' }))],
}

for await (const line of createInterface({ input: process.stdin })) {
  const { over, times, codes } = JSON.parse(line)
  const [check, prepare] = ways[over]
  const given = prepare(codes)
  let found = null
  const began = process.hrtime.bigint()
  for (let n = 0; n < times; n += 1) found = await check(given)
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  console.log(JSON.stringify({ seconds, found }))
}
