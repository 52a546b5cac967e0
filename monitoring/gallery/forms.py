"""A form with every kind of field, so that their looks can be seen and tested in one place."""

from django import forms


class GalleryForm(forms.Form):
    medicine = forms.CharField(label="Medicine", help_text="Generic or brand name.")
    amount = forms.DecimalField(label="Amount", min_value=0, required=False)
    unit = forms.ChoiceField(label="Unit", choices=[("mg", "mg"), ("micrograms", "micrograms")])
    starts_on = forms.DateField(label="Start date", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(
        label="Why do you go ahead?",
        choices=[("watch", "Benefit outweighs risk; I will watch closely"), ("before", "Has taken both before")],
        widget=forms.RadioSelect,
    )
    starts = forms.MultipleChoiceField(
        label="These start when you go ahead",
        choices=[("daily", "Daily check-ins for 14 days"), ("learn", "A handout to read and agree to")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Note for the next clinician", widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="I have checked the allergies")
