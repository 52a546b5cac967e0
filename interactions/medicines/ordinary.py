"""Words of a label or an instruction: never a medicine, so never compared with the name of one."""

from typing import Final

ORDINARY: Final = frozenset(
    """
    a abends about accord acetate actavis additional adjust adjusted administer administered admission adult adults
    after again aim aliud all alle allergies allergy allowed alternate am an and another anxiety any apo apotex
    apple applied apply approx approximately area areas arginine around arrow as at au aurobindo aware axetil back
    bad basal base basics bd bds bed bedtime bedtimes before besilate besylate bid biogaran bitartrate bladder
    blister body bolus both bottle bottles brand breakfast breakthrough bromide burning by cada calcium cap caplets
    caps capsule capsules carbonate care case cerebral check chew children childrens chlorhydrate chloride chronic
    cilexetil citrate clinic clorhidrato cloridrato co collect collected commence commenced common compound
    compounded compresse compresses comprime comprimes conc concentration consultant contains continue continued
    continuing continuous control controlled cord cost coucher course cramp cramps cream creams crescent crush
    crushed current currently cut cycle daily day days dec decanoate decrease decreased decreasing delayed deltoid
    depot depression dihydrate dinner discharge disintegrating dispense dispensed disperse dispersed dispersible
    dissolve divided doctor dosage dose dosed doses dosette double dr drink drinks drooling drop drops drowsy dura
    duration during dystonia each edisylate effervescent eg eight eighth else embonate empty enanthate enteric
    enuresis equal equals equivalent er erbumine evening evenings evenly every exactly exceed exercise extended
    extra extract eye face fall falls feeding feet fibromyalgia film final first five flavored flavour flavoured
    flex foam fois follow followed food foot for formula forte fortnight four free friday from fumarate furoate
    gastrostomy gel gelcaps gels gelule gelules gen generic give given giving glass glasses gluconate gluten
    glycinate gm gouttes gradually gram grams granules gummies half hand hands has have hcl headache headaches heavy
    held helps hemihydrate herbal heumann heures hexal hiccup hiccups higher home horas hospital hour hourly hours
    hr hrs hs hydrobromide hydrochlorid hydrochloride hydrogen if im immediately in include including increase
    increased increasing increment increments infant infusion inhaled initial initially injectable injection injury
    inpatient insomnia instead intake intranasal intrathecal intravenous iv joint jour juice junior just kapsel
    kapseln keep keer knee krka label lactate lactose last late later least left legs less lift like limit liquicaps
    liquid liquigels litre loading local long lotion low lower lowered lozenge lunch lunchtime lysine maal magnesium
    maintenance make mal maleate mane matin max maximum may mcg meal meals measured medication medicine medicines
    medoxomil meltlets mesilate mesylate mg microgram micrograms midday midi migraine migraines milligram milligrams
    millilitre millilitres minimum minute minutes mittags mixed ml mls mode moderate modified monday monohydrate
    month monthly months mood more morgens morning mornings mouth multiple muscle must mylan nacht nasal nasogastric
    need needed nerve neuralgia neuraxpharm neurologist neuropathic new next ng night nightcap nightly nights nine
    nitrate no noche nocte none noon normal not nothing novo now nurse occasional occasionally od odt of off oil
    ointment old on once one ongoing only onwards opened option or oral orally oralsyringe orange order ordered
    orifarm original orodispersible other outpatient own oxalate paced pack packet packs pain painful palsy pamoate
    par part paste patch patches patient pc peg per percent period person pessary pharmacy phosphate physician
    physio physiotherapy pill pillbox pills pint pints pivalate planned please plus pm pms po potassium powder pr
    prescribed present prevention previous previously primary prn problem problems product prolonged prophylaxis
    propionate puff puffs pump puren pv qam qd qds qhs qid qod qpm quantity quarter quarters ran range rate
    ratiopharm rectal rectally reduce reduced reducing refill refilled refills regime regimen regularly release
    relief remain remaining remedy repeat required rest restless retard review reviewed rise root roughly round rub
    sachet sachets safe salt same sandoz saturday sauce scheduled sclerosis script second secondary self setting
    seven shampoo short side sig simple since single six skin sl sleep sleeping slow slowly small social sodium
    softgel softgels soir soluble solution some sometimes soon spaced spasm spasms spastic spasticity special
    specialist spinal spoonful spoonfuls spray sprays sprinkle sprinkled sr stada standard start started starting
    stat state status stay stearate step steps stiffness still stop stopped strength strict strictly stroke strong
    stunden sublingual succinate such sugar sulfate sulphate sunday supplement supplements supply suppositories
    suppository suspension swallow swallowed symptoms syringe syrup tab tablespoon tablet tablets tablette tabletten
    tabs tag taglich take taken takes taking taper tapered tapering target tartrate tds tea teaspoon teaspoons
    teatime ten tension teva than the then therapy thereafter these thin third three thrice thursday tid till time
    times titrate titrated titrating titration to today tolerated tomorrow tone tonight top topical topically
    tosilate total toutes towards transdermal tray treatment trial tried trigeminal trihydrate trometamol tropfen
    trouble trying tube tuesday twelve twice two unchanged under unit units unknown until up upto use used using
    usual vaginal vaginally valerate various veces very via viatris ward was water wean weaned weaning wednesday
    week weekday weekdays weekend weekends weekly weeks weight well when whole will winthrop with within without
    worse xl xr year years yesterday yoghurt zentiva zur
    """.split()  # noqa: SIM905 - hundreds of quoted words would be harder to read
)
