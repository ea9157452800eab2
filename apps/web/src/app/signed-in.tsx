import { Redirect, Route, Switch } from 'wouter'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'
import { AdminPage } from '../features/admin/admin-page.tsx'
import { AccountPage } from '../features/account/account-page.tsx'
import { DiscoverPage } from '../features/discover/discover-page.tsx'
import { WelcomePage } from '../features/account/welcome-page.tsx'
import { MatchesPage } from '../features/matches/matches-page.tsx'
import { NotificationsPage } from '../features/notifications/notifications-page.tsx'
import { MessagesPage, SupportPage } from './conversation-pages.tsx'
import { useMe } from './me.ts'

export function SignedIn() {
  const me = useMe()
  return (
    <Shell>
      <Switch>
        <Route path="/discover" component={DiscoverPage} />
        <Route path="/matches" component={MatchesPage} />
        <Route path="/messages/:id?/:part?" component={MessagesPage} />
        <Route path="/notifications" component={NotificationsPage} />
        <Route path="/account" component={AccountPage} />
        {me.role !== 'user' && <Route path="/support/:id?/:part?" component={SupportPage} />}
        {me.role === 'admin' && <Route path="/admin" component={AdminPage} />}
        <Route path="/sign-in" component={Home} />
        <Route path="/welcome" component={WelcomePage} />
        <Route path="/sign-up" component={Welcome} />
        <Route path="/" component={Home} />
        <Route component={NotFound} />
      </Switch>
    </Shell>
  )
}

const Home = () => <Redirect to="/discover" replace />

/** Whoever has just signed up is still at that address. */
const Welcome = () => <Redirect to="/welcome" replace />
