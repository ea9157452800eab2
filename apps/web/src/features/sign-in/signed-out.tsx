import { CloudOff, Heart, MessagesSquare } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Redirect, Route, Switch } from 'wouter'
import icon from '../../assets/icon.svg'
import { SignInForm } from './sign-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

/** Whoever comes without a session: a door, and what is behind it. */
export function SignedOut() {
  return (
    <div className="flex h-dvh overflow-y-auto">
      <Poster />
      <main className="flex flex-1 flex-col items-center justify-center px-5 py-10">
        <div className="w-full max-w-sm">
          <Switch>
            <Route path="/sign-up" component={SignUpForm} />
            <Route path="/sign-in" component={SignInForm} />
            <Route>
              <Redirect to="/sign-in" replace />
            </Route>
          </Switch>
        </div>
      </main>
    </div>
  )
}

function Poster() {
  const t = useTranslations('brand')
  const points = [
    { icon: Heart, text: t('points.match') },
    { icon: MessagesSquare, text: t('points.arrive') },
    { icon: CloudOff, text: t('points.offline') },
  ]
  return (
    <aside className="sticky top-0 hidden h-dvh w-[46%] max-w-2xl flex-col justify-between bg-linear-140 from-[#3a23b8] via-[#6a2ea8] to-[#b02a6b] p-12 text-white lg:flex">
      <p className="flex items-center gap-3 text-xl font-semibold">
        <img src={icon} alt="" className="size-10" />
        {t('name')}
      </p>
      <div>
        <p className="text-5xl leading-tight font-semibold tracking-tight text-balance">{t('claim')}</p>
        <ul className="mt-10 flex flex-col gap-4 text-lg">
          {points.map(({ icon: Icon, text }) => (
            <li key={text} className="flex items-center gap-3.5">
              <span className="inline-flex size-10 shrink-0 items-center justify-center rounded-full bg-white/15">
                <Icon aria-hidden size={19} />
              </span>
              {text}
            </li>
          ))}
        </ul>
      </div>
      <span />
    </aside>
  )
}
